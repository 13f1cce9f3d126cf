"""English word lists that the grammar in `english` looks up: what no rule tells. Knows no grammar."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


MASS_NOUNS = _words("""
    accuracy advice air aluminium aluminum ammonia anatomy anger asphalt atmosphere baggage balance beauty beef
    behaviour behavior biomass bread bronze butter caution carbon cement charcoal cheese chemistry clay clothing
    coal coffee comfort compatibility concrete copper corrosion cotton coverage cream damage data diabetes dirt
    dust dna electricity equipment evidence fabric fatigue feedback fish flesh flour fog food freedom friction
    fuel fun fur furniture
    gasoline geography geometry glue gold grain gravity grease ham happiness hardware health heat height help history
    homework honey hospitality humidity hydrogen ice inertia information ink intelligence iron jewellery jewelry
    justice knowledge labour labor laughter lead leather light linen liquid literature love luck luggage lumber
    machinery magic mathematics measles meat metabolism metadata methane middleware milk money momentum moss mud music
    news nitrogen nutrition oil oxygen paint paper pasta patience permission petrol philosophy plastic pollution
    poultry power precipitation pride privacy progress protection provenance quicksand rain reliability research
    resilience rice rubber rust safety salt sand scenery sediment shade silence silicon silk silver sleep smoke
    snow software soil spaghetti speech spyware stamina steam steel strength stuff sugar sunshine support sweat
    taxonomy tea terrain thermodynamics time timber titanium tolerance traffic transparency transportation trust
    understanding vegetation violence vision warmth waste water wealth weather weight wheat wildlife wine wisdom wood
    wool work yeast zinc management maintenance storage retrieval governance guidance assistance assurance conservation
    """) - {"fish", "height", "taxonomy", "paper", "light", "weight", "speech", "power", "work", "wine", "cheese",
            "time", "strength", "tolerance", "history", "geometry", "behaviour", "behavior", "vision"}  # fmt: skip

COUNT_ING = _words("""
    being bearing beginning binding blessing blueprinting building bushing casing ceiling clearing clipping
    coating coupling covering crossing cutting drawing dressing dwelling earring embedding encoding ending engraving
    evening feeling filling finding fitting footing gathering greeting grouping heading hearing holding
    housing king landing listing lining marking meaning meeting morning moulding mapping offering offspring opening
    ordering outing painting pairing plating posting railing ranking rating
    reading recording ring saying setting sibling sling spring string stocking thing tiling topping
    warning wedding wing writing something anything
    """)

MASS_ENDINGS = (
    "ness", "ics", "ware", "phagy", "genesis", "ology", "scopy", "ography", "metry", "medicine", "chemistry", "isation",
    "ization", "ship", "synthesis", "lysis", "osis",
)  # fmt: skip
COUNT_DESPITE = _words("""
    analysis diagnosis prognosis psychosis neurosis metamorphosis agribusiness business
    illness likeness weakness wilderness witness harness
    ontology methodology technology topology terminology typology analogy biography discography
    geography
    geometry symmetry asymmetry telemetry bibliography organisation organization civilisation civilization topography
    localisation localization realisation realization specialisation specialization generalisation generalization
    visualisation visualization normalisation normalization relationship ship spaceship township battleship airship
    friendship partnership membership scholarship internship championship monography
    """)
"""Endings of nouns that are not counted, and the nouns that are, despite their ending."""

PLURALIA = _words("""
    pliers scissors trousers glasses tweezers shears goggles binoculars clothes headphones pyjamas pajamas tongs shorts
    jeans goods thanks premises remains surroundings
    """)

NOT_PLURAL = _words("""
    alias alps arthritis asparagus atlas basis bias bus cactus canvas chaos chassis christmas compass cosmos diabetes
    ethos gas glottis headquarters herpes iris lens mars measles means mumps news pancreas pathos rabies scabies series
    species status this trellis tetanus thermos venus virus yes always perhaps plus paris texas kansas james jesus
    mathematics us is has was does its
    """)

PROPER_WORDS = _words("""
    African Alzheimer American Ampere Arabic Archimedes Asian Atlantic Australian Austrian Avogadro Bayes Bayesian
    Belgian Bernoulli Bluetooth Boltzmann Boolean Bowden Brazilian Brinell British Canadian Cantor Carnot Celsius
    Cartesian Caribbean Cartesian Chinese Christian Crohn Czech Danish Darwin Darwinian December Deore Dirichlet Doppler
    Down Dutch Egyptian Einstein English Ethernet Euclid Euclidean European Fahrenheit Faraday February Fermi Finnish
    Fourier French Friday Gaussian German Golgi Google Gram Greek Hamiltonian Hamming Hebrew Hertz Hilbert Hindu
    Hookean Hungarian Huntington Indian Internet Irish Islamic Italian January Japanese Java Jewish Joule July June
    Kelvin Kerberos Korean Lamarck Laplace Latin Levenshtein Linux Lorentz Mach Markov Maxwell Mediterranean Mendelian
    Mexican Michelin Monday Monte Carlo Nash Newton Newtonian Norwegian November Nyquist October Pacific Parkinson
    Pascal Pearson Petri Platonic Poisson Polish Portuguese Presta Python Reynolds Riemann Roman Romanian Russian
    Saturday Schrader Scottish September Shannon Shimano Siamese Slavic Socratic Spanish Spearman Sunday Swedish Swiss
    Thai Thursday Tuesday Turing Turkish Ukrainian Unicode Unix Vietnamese Wednesday Welsh Western Wikipedia Windows
    """) - {"Down", "Gram", "Windows", "Western", "Mach"}  # fmt: skip

SPOKEN_ACRONYMS = _words("""
    AJAX ASCII BLAST BERT CAD COSHH CRISPR DOS FASTA FASTQ GAN GIF GIS GUI GUID JPEG JSON LASER LED-LAMP LIDAR LORA MIDI
    NASA NATO NAND NOR OLAP PIN POSIX RADAR RAID RAM RAPTOR REST ROM ROUGE SAM SCADA SCSI SIM SONAR SPARQL SWIFT SWOT
    TURTLE VESA VPN-ROUTER WAIS WAN YAML ZIP BAM CRAM LAN MAC NUMA TIFF
    """)

SILENT_H = ("heir", "honest", "honor", "honour", "hour")
YOU_SOUND = (
    "eu", "ewe", "once", "one", "ubiq", "ufo", "uk", "un-", "unanim", "uni", "unio", "ura", "ure", "uri", "uro", "us",
    "use", "usu", "ut", "uv-", "utens", "util", "uter", "uto",
)  # fmt: skip
VOWEL_DESPITE = ("unid", "unim", "unin", "uns", "urb", "urg", "urn", "ush", "utm", "utt", "uncl", "uned", "euler")

PREPOSITIONS = _words("""
    about above across after against along among around as at before behind below beneath beside between beyond by
    despite down during for from in inside into like near of off on onto out outside over per since than through to
    toward towards under until up upon upstream downstream via with within without
    """)

APART = _words("absent apart away different distinct excluded far free independent missing remote separate distant")
"""Adjectives that stand before `from`; a noun there is something one has (`degree from`)."""

DETERMINERS = _words("a an the no as at any some more less only one been not its to had same other")
"""What a noun phrase with its own determiner, or a verb form, begins with: `has a degree`, `has been`."""

NO_ROLES = _words("""
    part aware capable independent full typical worthy tolerant certain fond proud short because free ahead instead
    inside outside top indicative representative suggestive reminiscent evidence characteristic specific exclusive
    irrespective regardless
    """)
"""Words before `of` that take no article: `is part of`, `is aware of`."""

ADJECTIVES = _words("""
    absent active acute alive available bad big bitter black blue bright broad brown chronic clean cold compatible
    complete cool correct daily dark dead deep dense different digital dirty dry dull early empty external false
    fast flat fresh full gray green grey hard heavy high hot huge inactive incomplete incorrect inferior internal
    invalid large late little long loud low maximal mild minimal moderate modern monthly narrow natural new noisy
    normal old open optional partial permanent physical pink poor precise private public pure purple quiet random
    rare raw red remote rich ripe rough salty sandy severe shallow sharp short silent slow small smooth social soft
    sour spicy stable steep strange strong superior sweet tall temporary thick thin tiny toxic true unstable urban
    valid virtual visible warm weak weekly wet white wide wild wooden wrong yellow young
    """)
"""Adjectives that name kinds (a pizza is hot): one takes no article. What is as often a noun is left out."""

NOT_ADJECTIVE = _words("""
    variable vegetable deliverable consumable collectible convertible crucible constable portable tumbleweed seaweed
    aniseed rapeseed linseed flatbed seedbed riverbed hundred hotbed newlywed timetable turntable worktable roundtable
    cable wearable watershed bloodshed hatred
    """)
"""Nouns that end as adjectives do."""

NUMBER_WORDS = _words("two three four five six seven eight nine ten twelve hundred")
"""A name that begins with one is a name of one thing, plural or not: a `four seasons`."""

COMPARATIVES = _words("broader narrower related closer larger smaller higher lower earlier later older newer")
"""Adjectives that a thesaurus uses as names of relations: `has broader`."""

AUXILIARIES = {"has": "have", "is": "be", "was": "be", "does": "do", "goes": "go"}
MODALS = _words("can could may might must shall should will would cannot")

VERBS_AND_NOUNS = _words("""
    act aim balance brake bond book border change charge claim combat complete control cost
    cover direct end exercise face fit filter force form function guard harm head host house impact
    interest lead like link list live load lower mark measure model name number offer open order own paint
    phase place plan play plot process project rank rate record release report rest reward risk rule scale score seal
    separate service shape share shift sign slow smooth sound speed sponsor stand start state study support
    surface target tax test time top total trade value view vote water
    """)
"""Verbs that are as often nouns or adjectives: in -s they are verbs (`covers`), without it they are not."""

VERBS = _words("""
    absorb act activate adapt add adjust affect aid align allow amplify answer apply approximate attach attract balance
    become begin belong bind block brake brake break bring build calibrate call carry cause change charge clamp clean
    come compare complete compose compress compute concern conduct connect consist constrain consume contain contribute
    control convert convey convince cool correct correspond cover create cut damp decrease define deform delete deliver
    demand denote depend depict derive describe destroy detect determine develop differ direct disconnect dissipate
    divide drive eat emit employ enable encode end engage enhance ensure equal excite exclude execute exhibit exist
    extend fail fasten feed fill filter find fit flatten flow follow force form generate get give go govern grip grow
    guide hang happen have heat help hold hurt identify illustrate implement imply improve include increase
    indicate induce influence inform inhibit inhere inherit initialise initialize inspire instantiate interact involve
    join keep know lack last lead learn leave lengthen lessen let lie lift like limit live load loosen lose love lower
    lubricate maintain make manage measure mediate meet mentor modify move need observe obtain occur occupy offer
    open oppose optimise optimize own pass perceive perform possess precede predict prefer press prevent process
    produce project propose protect prove provide pull push qualify quench raise reach read realise realize receive
    recommend record reduce refer reflect regularise regularize regulate reinforce reject remain remember
    remove repair replace represent require resemble resist resolve respond rest restrict retain return reveal
    reward ride roll rotate run satisfy say scale seal see seek send sense separate serve sharpen
    shift shorten show sign slow smooth solve span speak specify speed spin split stabilise stabilize start
    steer stiffen stimulate stop store strengthen study succeed suffer suggest supply support surround swim symbolise
    symbolize take teach tend test threaten tighten touch train transfer transform translate transmit treat trigger
    trust turn understand update use utilise utilize value visit want warn watch weaken wear weigh widen win work write
    yield
    """) - VERBS_AND_NOUNS  # fmt: skip
"""Infinitives that begin a relation's label (`derive from`); what is as often a noun or an adjective is left out."""

PLURAL_ROLES = _words("""
    parts topics genres children values items keywords subjects objects units types kinds classes names titles dates
    times places sources topics themes features attributes tags terms concepts notes images files resources references
    details events actions steps rules roles goals tasks agents people persons countries languages areas regions
    """)
"""Plural nouns that name relations and look like verbs in the third person."""

PARTICIPLES = _words("""
    born bound built begun broken brought bought caught chosen cut dealt done drawn driven eaten fallen fed felt found
    forbidden given gone grown held hidden hit hung kept known laid learnt led left lent lit lost made meant met paid
    put read run said seen sent set shown shut sold spent spoken spun stuck sung struck sworn taken taught told
    thought thrown understood woken won worn wound written
    """)

NOUNS_IN_S = _words("""
    access address analysis axis basis bias bonus bus chassis class status address focus gas genus lens locus loss mass
    means news process progress radius series species status stress success synopsis thesis
    """)
