# Read (". step.sh") by the scripts of steps beside this file.
# Leaves a value in the step's outputs.
output() { printf '%s=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"; }

# Reads SLIPWAY_ARGUMENTS, an argument a line, into the array `arguments`. Spaces around an argument aren't part of it.
arguments=()
while read -r line; do
  case "$line" in
    "") continue ;;
    --*=*) ;;
    --*" "* | *" --"*)
      printf 'slipway: expected an argument on each line, found %q: write an option and its value on two lines, or as --option=value\n' "$line" >&2
      exit 2
      ;;
  esac
  arguments+=("$line")
done <<<"${SLIPWAY_ARGUMENTS:-}"
