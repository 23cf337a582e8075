"""Work outside requests: jobs that are put down durably, done by a worker, taken up again where a worker died."""
