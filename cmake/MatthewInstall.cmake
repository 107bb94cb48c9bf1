# cmake --install: program, libraries, header, CMake package, pkg-config file, manual page, shell completion.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/matthew)

install(TARGETS matthew_shared EXPORT matthew_shared_targets
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(TARGETS matthew_static EXPORT matthew_static_targets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(FILES ${PROJECT_SOURCE_DIR}/matthew.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT matthew_shared_targets NAMESPACE matthew:: DESTINATION ${package} FILE matthew-shared.cmake)
install(EXPORT matthew_static_targets NAMESPACE matthew:: DESTINATION ${package} FILE matthew-static.cmake)
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/matthew-config.cmake.in
  ${PROJECT_BINARY_DIR}/matthew-config.cmake INSTALL_DESTINATION ${package})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/matthew-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/matthew-config.cmake ${PROJECT_BINARY_DIR}/matthew-config-version.cmake
  DESTINATION ${package})

file(RELATIVE_PATH pc_to_prefix /p/${CMAKE_INSTALL_LIBDIR}/pkgconfig /p)
# Who links the archive links what it was built on as well. Libraries that HDF5 alone needs come with libhdf5 itself.
set(hdf5_link -lhdf5)
foreach(library ${HDF5_C_LIBRARIES})
  if(library MATCHES "/lib(hdf5[^/]*)\\.so$")
    get_filename_component(folder ${library} DIRECTORY)
    set(hdf5_link "-L${folder} -l${CMAKE_MATCH_1}")
  endif()
endforeach()
configure_file(${PROJECT_SOURCE_DIR}/cmake/matthew.pc.in ${PROJECT_BINARY_DIR}/matthew.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/matthew.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

if(TARGET matthew)
  install(TARGETS matthew RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  # The program writes its own manual page and completion scripts, from the tables it parses with.
  set(written ${PROJECT_BINARY_DIR}/matthew.1 ${PROJECT_BINARY_DIR}/matthew.bash ${PROJECT_BINARY_DIR}/_matthew)
  add_custom_command(OUTPUT ${written}
    COMMAND matthew manual > ${PROJECT_BINARY_DIR}/matthew.1
    COMMAND matthew completion bash > ${PROJECT_BINARY_DIR}/matthew.bash
    COMMAND matthew completion zsh > ${PROJECT_BINARY_DIR}/_matthew
    DEPENDS matthew VERBATIM)
  add_custom_target(matthew_written ALL DEPENDS ${written})
  install(FILES ${PROJECT_BINARY_DIR}/matthew.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
  install(FILES ${PROJECT_BINARY_DIR}/matthew.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
    RENAME matthew)
  install(FILES ${PROJECT_BINARY_DIR}/_matthew DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
endif()
