# cmake -DROOT=FOLDER -DSOURCE=FILE.c "-DFILES=A.yaml;B.yaml" -P EmbedScenarios.cmake
#
# Writes SOURCE: the table shipped_scenarios with the text of every file of FILES, in the order of their names. A scenario's
# name is its path below ROOT without the ending; its title is the value of its `title:` line. Texts become arrays of bytes,
# since C limits the length of string literals.
set(names "")
foreach(file ${FILES})
  file(RELATIVE_PATH name ${ROOT} ${file})
  string(REGEX REPLACE "\\.yaml$" "" name "${name}")
  list(APPEND names "${name}")
endforeach()
list(SORT names)

set(byte "0x[0-9a-f][0-9a-f],")
set(table "")
set(count 0)
set(body "/* Written by the build from the scenarios' YAML files: do not edit. */\n#include \"core/scenario.h\"\n\n")
foreach(name ${names})
  file(READ ${ROOT}/${name}.yaml hex HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  string(REGEX REPLACE "(${byte}${byte}${byte}${byte}${byte}${byte}${byte}${byte})" "\\1\n" bytes "${bytes}")
  string(APPEND body "static const unsigned char text_${count}[] = {\n${bytes}0};\n")

  file(READ ${ROOT}/${name}.yaml text)
  set(title "")
  if("\n${text}" MATCHES "\ntitle:[ ]*([^\r\n]*)")
    set(title "${CMAKE_MATCH_1}")
    if(title MATCHES "^\"(.*)\"[ ]*(#.*)?$") # escapes in it stay, since C writes quotes and backslashes alike
      set(title "${CMAKE_MATCH_1}")
    else()
      if(title MATCHES "^'(.*)'[ ]*(#.*)?$")
        string(REPLACE "''" "'" title "${CMAKE_MATCH_1}")
      else()
        string(REGEX REPLACE "[ ]+(#.*)?$" "" title "${title}")
      endif()
      string(REPLACE "\\" "\\\\" title "${title}")
      string(REPLACE "\"" "\\\"" title "${title}")
    endif()
  endif()
  string(APPEND table "    {\"${name}\", \"${title}\", (const char *)text_${count}},\n")
  math(EXPR count "${count} + 1")
endforeach()
string(APPEND body "\nconst struct shipped_scenario shipped_scenarios[] = {\n${table}    {\"\", \"\", \"\"}};\n"
  "const size_t shipped_scenario_count = ${count};\n")
file(WRITE ${SOURCE} "${body}")
