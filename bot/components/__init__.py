"""The parts that Faro adds to Rasa. Each module is one idea; none of them keeps what a child wrote."""
