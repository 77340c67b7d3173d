# Of apt's sources, in either format, those that are a Debian release itself: its own suite, its updates and its security
# fixes, of these main, and unless another key than Debian's signs them. Prints them as lines of sources.list.
# usage: awk -v release=CODENAME -f sources.awk FILE...

function source(options, uri, suite, components) {
  if (suite == release || suite == release "-updates" || suite == release "-security") {
    if ((" " components " ") ~ / main / && debians(options)) {
      print "deb " (options == "" ? "" : "[" options "] ") uri " " suite " main"
    }
  }
}

function debians(options) {
  return options !~ /(^| )signed-by=/ || options ~ /(^| )signed-by=[^ ]*\/debian-archive-[^ \/]*( |$)/
}

# A source in one line: deb [OPTIONS] URI SUITE COMPONENT...
FILENAME !~ /\.sources$/ {
  sub(/#.*/, "")
  gsub(/[ \t]+/, " ")
  options = ""
  if (match($0, /^ ?deb \[[^]]*\] /)) {
    options = substr($0, RSTART, RLENGTH)
    sub(/^ ?deb \[ ?/, "", options)
    sub(/ ?\] $/, "", options)
    $0 = "deb " substr($0, RLENGTH + 1)
  }
  if ($1 == "deb") {
    components = ""
    for (i = 4; i <= NF; i++) components = components " " $i
    source(options, $2, $3, components)
  }
  next
}

# A source as a paragraph of fields, which may go on in lines that begin with a space.
function paragraph(   options, uris, suites, i, j, n, m) {
  if ((" " field["types"] " ") ~ / deb / && tolower(field["enabled"]) !~ /^(no|false|off|0)$/) {
    options = option("Architectures", "arch") option("Signed-By", "signed-by") \
      option("Trusted", "trusted") option("Check-Valid-Until", "check-valid-until")
    sub(/^ /, "", options)
    n = split(field["uris"], uris, " ")
    m = split(field["suites"], suites, " ")
    for (i = 1; i <= n; i++) for (j = 1; j <= m; j++) source(options, uris[i], suites[j], field["components"])
  }
  split("", field)
}

function option(name, short,   value) {
  value = field[tolower(name)]
  gsub(/[ \t]+/, ",", value)
  return value == "" ? "" : " " short "=" value
}

FNR == 1 { paragraph() }
/^#/ { next }
/^[ \t]*$/ { paragraph(); next }
/^[ \t]/ { sub(/^[ \t]+/, ""); field[name] = field[name] (field[name] == "" ? "" : " ") $0; next }
{
  name = tolower(substr($0, 1, index($0, ":") - 1))
  value = substr($0, index($0, ":") + 1)
  gsub(/[ \t]+/, " ", value)
  gsub(/^ | $/, "", value)
  field[name] = value
}
END { paragraph() }
