"""`katas verify` and `katas new`: does every kata judge as its author promises, and a kata to begin with."""
