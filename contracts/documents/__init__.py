"""What a contract's file is: its kind, its pages with words and boxes, its pictures. Pure Python, no Django."""
