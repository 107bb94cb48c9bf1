# Writes SOURCE, the definition of struct build (core/build.h), with the git revision of ROOT at this moment; runs at every
# build and leaves the file alone when nothing changed.
set(revision unknown)
set(dirty 0)
set(date "")
find_program(git git)
if(git)
  execute_process(COMMAND ${git} -C ${ROOT} rev-parse --short=12 HEAD
    OUTPUT_VARIABLE found RESULT_VARIABLE status ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(status EQUAL 0)
    set(revision ${found})
    execute_process(COMMAND ${CMAKE_COMMAND} -E env LC_ALL=C ${git} -C ${ROOT} log -1 "--date=format:%B %d, %Y" --format=%cd
      OUTPUT_VARIABLE date ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
    string(REPLACE " 0" " " date "${date}")
    execute_process(COMMAND ${git} -C ${ROOT} status --porcelain --untracked-files=no
      OUTPUT_VARIABLE changes ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
    if(NOT changes STREQUAL "")
      set(dirty 1)
    endif()
  endif()
endif()
string(CONCAT body "/* Written by the build: do not edit. */\n#include \"core/build.h\"\n\nconst struct build build = {\"${VERSION}\", "
  "\"${revision}\", ${dirty}, \"${date}\", \"${COMPILER}\", \"${FLAGS}\"};\n")
set(old "")
if(EXISTS ${SOURCE})
  file(READ ${SOURCE} old)
endif()
if(NOT body STREQUAL old)
  file(WRITE ${SOURCE} "${body}")
endif()
