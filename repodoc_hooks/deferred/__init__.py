"""What waits until after the push: the queue's worker, publishing, and a fleet of machines."""
