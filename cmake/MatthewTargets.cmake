# Targets: matthew_objects and matthew_kernels_SET, from which come matthew_inner (everything, for the program and the tests),
# matthew_shared and matthew_static (the public interface alone), and matthew (the program).

include(GNUInstallDirs)

set(MATTHEW_WARNINGS -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wcast-qual -Wdouble-promotion -Wvla)
if(MATTHEW_WERROR)
  list(APPEND MATTHEW_WARNINGS -Werror)
endif()
# Bits must not depend on the compiler's taste: no contraction; no errno or traps, so that loops become vector code.
set(MATTHEW_ARITHMETIC -ffp-contract=off -fno-math-errno -fno-trapping-math)
set(MATTHEW_KERNEL_FLAGS -O3)
# Inline vector loops are also used one at a time, in settle steps and tests, where clang says that it left one scalar.
if(CMAKE_C_COMPILER_ID MATCHES "Clang")
  add_compile_options(-Wno-pass-failed)
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Debug")
  set(MATTHEW_KERNEL_FLAGS -O1)
endif()

if(MATTHEW_SANITIZE)
  add_compile_options(-fsanitize=${MATTHEW_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${MATTHEW_SANITIZE})
endif()

set(MATTHEW_KERNEL_SETS baseline)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  list(APPEND MATTHEW_KERNEL_SETS avx2 avx512)
  set(MATTHEW_WIDE ON)
endif()
set(MATTHEW_MARCH_baseline "")
set(MATTHEW_MARCH_avx2 -march=x86-64-v3)
set(MATTHEW_MARCH_avx512 -march=x86-64-v4)

# What every object of the library is compiled with.
function(matthew_compile target)
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR} ${HDF5_INCLUDE_DIRS})
  target_compile_options(${target} PRIVATE ${MATTHEW_WARNINGS} ${MATTHEW_ARITHMETIC})
  target_link_libraries(${target} PRIVATE OpenMP::OpenMP_C PkgConfig::YAML PkgConfig::DEFLATE)
  if(MATTHEW_WIDE)
    target_compile_definitions(${target} PRIVATE MATTHEW_KERNELS_WIDE=1)
  endif()
endfunction()

# The definition of struct build (core/build.h), looked at anew in every build.
set(MATTHEW_BUILD_SOURCE ${PROJECT_BINARY_DIR}/build.c)
string(TOUPPER "${CMAKE_BUILD_TYPE}" build_type)
string(REPLACE ";" " " build_flags
  "${CMAKE_BUILD_TYPE}: ${CMAKE_C_FLAGS} ${CMAKE_C_FLAGS_${build_type}};${MATTHEW_ARITHMETIC};kernels ${MATTHEW_KERNEL_FLAGS}")
string(REGEX REPLACE "  +" " " build_flags "${build_flags}")
add_custom_target(matthew_revision BYPRODUCTS ${MATTHEW_BUILD_SOURCE}
  COMMAND ${CMAKE_COMMAND} -DROOT=${PROJECT_SOURCE_DIR} -DSOURCE=${MATTHEW_BUILD_SOURCE} -DVERSION=${PROJECT_VERSION}
          "-DFOLDERS=${MATTHEW_LIBRARY_FOLDERS}" "-DCOMPILER=${CMAKE_C_COMPILER_ID} ${CMAKE_C_COMPILER_VERSION}" "-DFLAGS=${build_flags}"
          -P ${PROJECT_SOURCE_DIR}/cmake/Revision.cmake
  COMMENT "Looking up the revision and the digest of the sources" VERBATIM)

# matthew_library("sources" "kernel sources")
function(matthew_library sources kernels)
  add_library(matthew_objects OBJECT ${sources} ${MATTHEW_BUILD_SOURCE})
  add_dependencies(matthew_objects matthew_revision)
  matthew_compile(matthew_objects)
  set(objects $<TARGET_OBJECTS:matthew_objects>)
  foreach(isa ${MATTHEW_KERNEL_SETS})
    if(kernels)
      add_library(matthew_kernels_${isa} OBJECT ${kernels})
      matthew_compile(matthew_kernels_${isa})
      target_compile_options(matthew_kernels_${isa} PRIVATE ${MATTHEW_KERNEL_FLAGS} ${MATTHEW_MARCH_${isa}})
      target_compile_definitions(matthew_kernels_${isa} PRIVATE MATTHEW_KERNEL_SUFFIX=${isa})
      list(APPEND objects $<TARGET_OBJECTS:matthew_kernels_${isa}>)
    endif()
  endforeach()
  # The whole library with its inner symbols: for the program and the tests.
  add_library(matthew_inner STATIC ${objects})
  target_include_directories(matthew_inner PUBLIC ${PROJECT_SOURCE_DIR} ${HDF5_INCLUDE_DIRS})
  target_link_options(matthew_inner PUBLIC LINKER:--as-needed)
  target_link_libraries(matthew_inner PUBLIC OpenMP::OpenMP_C PkgConfig::YAML PkgConfig::DEFLATE ${HDF5_C_LIBRARIES} m)
  matthew_public(matthew_shared matthew SHARED "${objects}")
  set_target_properties(matthew_shared PROPERTIES VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR})
  matthew_public(matthew_static matthew_static STATIC "${objects}")
  # One object whose hidden symbols are local, so that linking the archive brings in matthew_ names and no others.
  if(CMAKE_OBJCOPY)
    set(all ${PROJECT_BINARY_DIR}/matthew_all.o)
    add_custom_command(TARGET matthew_static POST_BUILD
      COMMAND ${CMAKE_LINKER} -r --whole-archive $<TARGET_FILE:matthew_static> -o ${all}
      COMMAND ${CMAKE_OBJCOPY} --localize-hidden ${all}
      COMMAND ${CMAKE_COMMAND} -E rm -f $<TARGET_FILE:matthew_static>
      COMMAND ${CMAKE_AR} rcs $<TARGET_FILE:matthew_static> ${all}
      VERBATIM)
  endif()
endfunction()

# A library for others to link, which shows matthew.h alone.
function(matthew_public target name kind objects)
  add_library(${target} ${kind} ${objects})
  add_library(matthew::${name} ALIAS ${target}) # the names that find_package gives them
  set_target_properties(${target} PROPERTIES OUTPUT_NAME matthew EXPORT_NAME ${name} LINKER_LANGUAGE C)
  target_include_directories(${target} INTERFACE $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_link_options(${target} PRIVATE LINKER:--as-needed)
  target_link_libraries(${target} PRIVATE OpenMP::OpenMP_C PkgConfig::YAML PkgConfig::DEFLATE ${HDF5_C_LIBRARIES} m)
endfunction()

# matthew_program("sources")
function(matthew_program sources)
  if(sources)
    add_executable(matthew ${sources})
    target_compile_options(matthew PRIVATE ${MATTHEW_WARNINGS})
    target_link_libraries(matthew PRIVATE matthew_inner)
  endif()
endfunction()
