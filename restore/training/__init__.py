"""Everything that is learned, each as a command: `restore train lexicon | thesaurus | collocations | weights`."""
