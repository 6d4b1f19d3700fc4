#!/usr/bin/env bash
# Shows that the optional slices are slices: each of them is taken out of a copy of the repository, folder, tests and wiring, and what is
# left must build, with warnings as errors, and pass its tests.
#
#   tests/slices.sh                 every optional slice in turn, and then all of them at once; tests that need a browser are left out
#   tests/slices.sh ChatSearch      only the slices that are named, by their flags
#   tests/slices.sh --browser       with the browser tests
#   tests/slices.sh --build         builds and runs no tests
#   tests/slices.sh --count         only counts where the slices are named; copies, builds and runs nothing
#   tests/slices.sh --keep          keeps the copies, and says where they are
#
# A slice is found by its setup: a file Features/<Area>/<Slice>/*Setup.cs with `public const string Flag = "<Flag>";`. Nothing here has to
# be changed for another one. What goes with it:
#
#   - its folder, and the folder of the same name under tests/
#   - the lines in other .cs files that name its namespace, its setup or what the setup adds: the line of wiring, with its `using`
#   - its entry under FeatureManagement in appsettings.json
#   - the lines in tests/Infrastructure/Security/AuthorizationMatrixTests.cs for the routes of its pages, should they stand there
#
# The table at the end, in Markdown, counts the lines outside a slice's folders that name it: by its flag, its namespace or folder, one of its
# types, or a route of its pages. Documentation (*.md) and this script do not count. Exit code 0 when everything that was tried built and passed.
set -euo pipefail
cd "$(dirname "$0")/.."
root="$PWD"

browser=false build_only=false count_only=false keep=false wanted=()
for argument in "$@"; do
  case "$argument" in
    --browser) browser=true ;;
    --build) build_only=true ;;
    --count) count_only=true ;;
    --keep) keep=true ;;
    -*) sed -n '2,11p' "$0"; exit 2 ;;
    *) wanted+=("$argument") ;;
  esac
done

# "<flag> <folder> <setup>" for each optional slice, by flag.
find_slices() {
  local setup flag
  while IFS= read -r setup; do
    flag="$(sed -nE 's/.*public const string Flag = "([A-Za-z0-9_]+)";.*/\1/p' "$setup" | head -n 1)"
    [ -z "$flag" ] || echo "$flag $(dirname "$setup") $(basename "$setup" .cs)"
  done < <(git ls-files -co --exclude-standard 'Features/*/*/*Setup.cs') | sort
}

# What git has or would take, as it is in the work tree.
files() { git ls-files -co --exclude-standard -z | while IFS= read -r -d '' file; do [ ! -f "$file" ] || printf '%s\0' "$file"; done; }

copy_to() { files | tar --null -T - -cf - | tar -xf - -C "$1"; }

escaped() { sed -E 's/[][\.*^$+?(){}|/]/\\&/g' <<<"$1"; }

either() { local IFS='|'; echo "$*"; } # one pattern of several

# The types that others could name: not those inside of others.
types_of() {
  { grep -rhoE --include='*.cs' '^(public|internal)( [a-z]+)* (class|record|struct|enum|interface) +[A-Z][A-Za-z0-9_]*' "$1" || true; } | awk '{print $NF}' | sort -u
}

# What the wiring can look like: by its namespace, the setup's name, or what the setup adds.
wiring_of() {
  local folder="$1" setup="$2" adds
  adds="$(grep -oE 'public static [A-Za-z<>]+ +[A-Z][A-Za-z0-9_]*\(' "$folder/$setup.cs" | sed -E 's/.* ([A-Za-z0-9_]+)\($/\1/' | paste -sd '|')"
  either "$(escaped "MarketChat.${folder//\//.}")" "$setup" ${adds:+"$adds"}
}

# file:line:text outside the slice's folders.
naming_lines() {
  local flag="$1" folder="$2" setup="$3" pattern types routes
  mapfile -t types < <(types_of "$folder")
  mapfile -t routes < <(routes_of "$folder")
  pattern="(^|[^A-Za-z0-9_])($(either "$flag" "$(wiring_of "$folder" "$setup")" "$(escaped "$folder")" "${types[@]}" "${routes[@]}"))($|[^A-Za-z0-9_])"
  files | tr '\0' '\n' | grep -vE "^(tests/)?$(escaped "$folder")/|\.md$|^tests/slices\.sh$|\.(png|jpg|svg)$" | tr '\n' '\0' | { xargs -0 grep -nE "$pattern" -- || true; }
}

routes_of() { # of its pages, as patterns; but not one that it shares with a page of another's
  local route others
  { grep -rhoE --include='*.cshtml' '^@page "[^"]+"' "$1" || true; } | sed -E 's/^@page "([^"]+)"/\1/' | while IFS= read -r route; do
    others="$(grep -rlF --include='*.cshtml' "@page \"$route\"" Features | grep -v "^$1/" || true)"
    [ -n "$others" ] || escaped "$route"
  done
}

# Takes one slice out of the copy that is the current folder.
take_out() {
  local flag="$1" folder="$2" setup="$3" wiring routes file
  wiring="$(wiring_of "$folder" "$setup")"
  mapfile -t routes < <(routes_of "$folder")
  rm -rf "$folder" "tests/$folder"
  { grep -rlE --include='*.cs' "\b($wiring)\b" Features Infrastructure tests Program.cs || true; } | while IFS= read -r file; do
    sed -i -E "/\b($wiring)\b/d" "$file"
  done
  # One line, or an object over several; and the comma that is then left before the end of the section.
  sed -i -E "/^ *\"$flag\": *(true|false|\"[^\"]*\"),?$/d; /^( *)\"$flag\": *\{$/,/^ *\},?$/d" appsettings.json
  sed -i -zE 's/,(\s*\})/\1/g' appsettings.json
  if [ "${#routes[@]}" -gt 0 ]; then
    sed -i -E "/^ +(GET|HEAD|POST|PUT|DELETE) ($(either "${routes[@]}"))(\?handler=[A-Za-z]+)? /d" tests/Infrastructure/Security/AuthorizationMatrixTests.cs
  fi
}

# Builds and tests the copy that is the current folder. The last line is what stands in the table.
prove() {
  local log="$1" summary
  if ! dotnet build tests --nologo -v quiet -warnaserror >"$log" 2>&1; then
    grep -E 'error|warning' "$log" | sort -u | head -n 20
    echo 'does not build'
    return 1
  fi
  if $build_only; then echo 'builds'; return; fi
  if $browser; then dotnet test tests --no-build --nologo >"$log" 2>&1 || true
  else env -u CI CHROMIUM=/nowhere dotnet test tests --no-build --nologo >"$log" 2>&1 || true
  fi
  grep -E '^ *Failed [A-Z]' "$log" | sort -u | head -n 20 || true
  summary="$(grep -E '(Passed|Failed)! +- +Failed:' "$log" | tail -n 1)"
  if [ -z "$summary" ]; then
    tail -n 5 "$log"
    echo 'runs no tests'
    return 1
  fi
  sed -E 's/.*Failed: +([0-9]+), Passed: +([0-9]+), Skipped: +([0-9]+).*/\2 passed, \1 failed, \3 skipped/' <<<"$summary"
  grep -qE 'Failed: +0,' <<<"$summary"
}

# Copies, takes out the slices whose lines it is given on its input, and says how that went.
try() {
  local name="$1" copy said status=0 flag folder setup
  copy="$(mktemp -d "${TMPDIR:-/tmp}/market-without-XXXXXX")" || return 1
  copy_to "$copy" || return 1
  while read -r flag folder setup; do (cd "${copy:?}" && take_out "$flag" "$folder" "$setup"); done
  echo "without $name: $copy" >&2
  said="$(cd "${copy:?}" && prove "$copy/slices.log")" || status=1
  { sed '$d' <<<"$said"; } >&2
  results[$name]="$(tail -n 1 <<<"$said")"
  echo "without $name: ${results[$name]}" >&2
  $keep || [ "$status" != 0 ] || rm -rf "$copy"
  return "$status"
}

declare -A results
slices="$(find_slices)"
[ -n "$slices" ] || { echo 'There is no optional slice.'; exit 1; }
chosen="$slices"
if [ "${#wanted[@]}" -gt 0 ]; then
  chosen="$(grep -E "^($(either "${wanted[@]}")) " <<<"$slices")" || { echo "The optional slices are: $(cut -d ' ' -f 1 <<<"$slices" | paste -sd ' ')"; exit 2; }
fi

failed=0
if ! $count_only; then
  while IFS= read -r slice; do try "${slice%% *}" <<<"$slice" || failed=1; done <<<"$chosen"
  if [ "${#wanted[@]}" = 0 ] && [ "$(wc -l <<<"$slices")" -gt 1 ]; then try 'all of them' <<<"$slices" || failed=1; fi
fi

echo
echo '| slice | folder | files, lines | lines outside that name it | where | what is left without it |'
echo '|---|---|---|---|---|---|'
while read -r flag folder setup; do
  lines="$(naming_lines "$flag" "$folder" "$setup")"
  total="$(grep -c . <<<"$lines" || true)"
  where="$(cut -d : -f 1 <<<"$lines" | grep . | sort | uniq -c | awk '{print ($1 > 1 ? $1 " in " : "") $2}' | paste -sd ',' | sed 's/,/, /g')"
  mapfile -d '' -t own < <(files | grep -zE "^(tests/)?$(escaped "$folder")/")
  size="$(cat "${own[@]}" | wc -l)"
  echo "| $flag | $folder | ${#own[@]}, $size | $total | ${where:-nowhere} | ${results[$flag]:-} |"
done <<<"$chosen"
[ -z "${results[all of them]:-}" ] || echo "| all of them | | | | | ${results[all of them]} |"
if $count_only; then
  echo
  while read -r flag folder setup; do naming_lines "$flag" "$folder" "$setup"; done <<<"$chosen"
fi
exit "$failed"
