"""Audio: any file to mono float32 at a model's sample rate, in windows."""
