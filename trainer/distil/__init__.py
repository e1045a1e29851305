"""Makes the bundled model: a SampleCNN learns from a public tagger, on free audio without labels."""
