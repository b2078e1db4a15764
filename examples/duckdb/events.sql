SELECT line FROM read_csv('events/*.ndjson', header = false, auto_detect = false, delim = '', quote = '', columns = {line: 'VARCHAR'})
