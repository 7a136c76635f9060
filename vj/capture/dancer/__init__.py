"""The built-in performer: how it moves, how its body and its stage are drawn and lit."""
