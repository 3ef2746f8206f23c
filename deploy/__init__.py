"""The only place that knows everyone: runners, command line, demo organisation, tour, images and charts."""
