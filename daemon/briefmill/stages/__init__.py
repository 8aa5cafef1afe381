"""The five stages of the pipeline: plain functions over files and values, called under a lease by the engine."""
