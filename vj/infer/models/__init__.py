"""One network per file, each with `load(card, device) -> Model`; the file name is the card's word.
Loaded by vj.infer.load: a new network is a new file here and nothing else."""
