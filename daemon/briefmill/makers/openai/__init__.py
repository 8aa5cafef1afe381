"""Pictures from OpenAI, or from whoever speaks its protocol."""
