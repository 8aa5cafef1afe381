"""Who makes the pictures: the built-in procedural maker, OpenAI and compatible gateways, and the cache before them."""
