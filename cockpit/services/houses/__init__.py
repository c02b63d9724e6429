"""以房查人: building → households → residents, over the address base in use."""
