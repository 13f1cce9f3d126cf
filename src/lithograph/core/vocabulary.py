"""IRIs and nothing else."""

from __future__ import annotations

LITHO = "https://w3id.org/lithograph/ns#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
PROV = "http://www.w3.org/ns/prov#"
DCT = "http://purl.org/dc/terms/"
DC = "http://purl.org/dc/elements/1.1/"
OBO = "http://purl.obolibrary.org/obo/"
OBOINOWL = "http://www.geneontology.org/formats/oboInOwl#"
SCHEMA = "http://schema.org/"
FOAF = "http://xmlns.com/foaf/0.1/"
MLS = "http://www.w3.org/ns/mls#"
FAIR4ML = "https://w3id.org/fair4ml#"
SH = "http://www.w3.org/ns/shacl#"
SWRL = "http://www.w3.org/2003/11/swrl#"

PREFIXES: dict[str, str] = {
    "litho": LITHO, "rdf": RDF, "rdfs": RDFS, "owl": OWL, "xsd": XSD, "skos": SKOS, "prov": PROV, "dct": DCT,
    "mls": MLS, "fair4ml": FAIR4ML, "obo": OBO, "oboInOwl": OBOINOWL, "sh": SH,
}  # fmt: skip

TYPE = RDF + "type"
SUBCLASS_OF = RDFS + "subClassOf"
SUBPROPERTY_OF = RDFS + "subPropertyOf"
DOMAIN = RDFS + "domain"
RANGE = RDFS + "range"
LABEL = RDFS + "label"
COMMENT = RDFS + "comment"
THING = OWL + "Thing"
NOTHING = OWL + "Nothing"
EQUIVALENT_CLASS = OWL + "equivalentClass"
EQUIVALENT_PROPERTY = OWL + "equivalentProperty"
DISJOINT_WITH = OWL + "disjointWith"
PROPERTY_DISJOINT_WITH = OWL + "propertyDisjointWith"
INVERSE_OF = OWL + "inverseOf"
SAME_AS = OWL + "sameAs"
DIFFERENT_FROM = OWL + "differentFrom"
DEPRECATED = OWL + "deprecated"
