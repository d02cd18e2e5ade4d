"""Tasks, clips and lyrics, and the rules that merge a gateway's reports into them."""
