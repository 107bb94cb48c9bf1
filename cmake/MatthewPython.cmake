# What the Python package carries beside its sources (python/matthew): the shared library, under one name, and the program.
set_target_properties(matthew_shared matthew PROPERTIES INSTALL_RPATH_USE_LINK_PATH ON)
# A wheel holds no links.
set_property(TARGET matthew_shared PROPERTY VERSION)
set_property(TARGET matthew_shared PROPERTY SOVERSION)
install(TARGETS matthew_shared LIBRARY DESTINATION matthew COMPONENT python)
install(TARGETS matthew RUNTIME DESTINATION matthew COMPONENT python)
