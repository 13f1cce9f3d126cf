"""HermiT in processes of its own: consistency, and the status of claims. Knows nothing about rules."""
