# Read (". step.sh") by the scripts of steps beside this file.
# Leaves a value in the step's outputs.
output() { printf '%s=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"; }

# Reads SLIPWAY_ARGUMENTS, an argument a line, into the array `arguments`.
arguments=()
while IFS= read -r line; do
  [ -z "$line" ] || arguments+=("$line")
done <<<"${SLIPWAY_ARGUMENTS:-}"
