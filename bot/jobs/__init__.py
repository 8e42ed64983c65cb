"""What happens without a request: delivery, schedules, digests."""
