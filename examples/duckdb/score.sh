#!/bin/sh
# Scores the events that a DuckDB query returns: score.sh EVENTS.sql MODEL SCORES [PARTS]. The query returns one column,
# `line`, with event lines. PARTS is also the number of processes at once. `leadscore` is the program, or the one in
# LEADSCORE.
set -eu
query=$(cat "$1") model=$2 scores=$3 parts=${4:-8} leadscore=${LEADSCORE:-leadscore}
work=$(mktemp -d "${TMPDIR:-/tmp}/leadscore.XXXXXX")
trap 'rm -rf "$work"' EXIT

# Writes the lines that a query returns, as they are, into the files of one folder for each part.
write() {
  duckdb -c "COPY ($1) TO '$work/$2' (FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x01', PARTITION_BY (part))"
}
# Runs leadscore with all files of each part.
each_part() {
  from=$work/$1 to=$work/$2
  shift 2
  mkdir "$to"
  export from to model leadscore
  ls "$from" | xargs -P "$parts" -I {} sh -c 'part=$1; shift; cat "$from/$part"/* | "$leadscore" "$@" > "$to/$part"' - {} "$@"
}

# Events of a visitor may be in any part. Each part gives a state of each visitor in it.
write "SELECT line, floor(random() * $parts)::INT AS part FROM ($query)" events
each_part events states replay "$model" --states --threads 1 --skipped-ok

# All states of a visitor are in one part now, which joins and scores them.
lines="read_csv('$work/states/*', header = false, auto_detect = false, delim = '', quote = '', columns = {line: 'VARCHAR'})"
write "SELECT line, hash(line::JSON ->> 'visitor') % $parts AS part FROM $lines" together
each_part together scores score "$model" --threads 1
cat "$work"/scores/* > "$scores"
