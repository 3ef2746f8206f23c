"""Which skills too few people hold, and who could be cross-trained."""
