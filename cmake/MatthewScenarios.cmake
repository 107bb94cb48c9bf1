# matthew_scenarios(output_variable folder): compiles every folder/*.yaml into one C source as text.
function(matthew_scenarios output folder)
  file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.yaml)
  list(SORT files)
  set(source ${PROJECT_BINARY_DIR}/scenarios.c)
  add_custom_command(OUTPUT ${source}
    COMMAND ${CMAKE_COMMAND} -DROOT=${PROJECT_SOURCE_DIR}/${folder} -DSOURCE=${source} "-DFILES=${files}"
            -P ${PROJECT_SOURCE_DIR}/cmake/EmbedScenarios.cmake
    DEPENDS ${files} ${PROJECT_SOURCE_DIR}/cmake/EmbedScenarios.cmake VERBATIM)
  set(${output} ${source} PARENT_SCOPE)
endfunction()
