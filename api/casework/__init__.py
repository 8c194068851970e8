"""What a counsellor does beside the talk: next steps, referrals, appointments to call back."""
