"""Networks that learn together: turns, laws of labels, gradients through draws, and KDGAN."""
