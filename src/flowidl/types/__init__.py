"""Types: interning, castability, printing and inference of `LiteralType`; shared by compiler and builders."""
