# What is installed, and the package `find_package(Mercer)` in the build tree and the install tree alike.
include(CMakePackageConfigHelpers)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/Mercer)

install(TARGETS mercer mercer_meshes mercer_solvers mercer_command EXPORT MercerTargets)
foreach(folder src meshes solvers)
  cmake_path(COMPARE ${folder} EQUAL src is_src)
  if(is_src)
    set(destination ${CMAKE_INSTALL_INCLUDEDIR}/mercer)
  else()
    set(destination ${CMAKE_INSTALL_INCLUDEDIR}/mercer/${folder})
  endif()
  install(DIRECTORY ${folder}/ DESTINATION ${destination} FILES_MATCHING PATTERN "*.hpp")
endforeach()

set(package_files cmake/MercerDependencies.cmake cmake/MercerPlugin.cmake)
configure_package_config_file(cmake/MercerConfig.cmake.in ${PROJECT_BINARY_DIR}/${package_folder}/MercerConfig.cmake
                              INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/${package_folder}/MercerConfigVersion.cmake COMPATIBILITY SameMinorVersion)
foreach(file IN LISTS package_files)
  file(COPY ${file} DESTINATION ${PROJECT_BINARY_DIR}/${package_folder})
endforeach()
export(EXPORT MercerTargets NAMESPACE Mercer:: FILE ${PROJECT_BINARY_DIR}/${package_folder}/MercerTargets.cmake)
install(EXPORT MercerTargets NAMESPACE Mercer:: DESTINATION ${package_folder})
install(FILES ${PROJECT_BINARY_DIR}/${package_folder}/MercerConfig.cmake ${PROJECT_BINARY_DIR}/${package_folder}/MercerConfigVersion.cmake
              ${package_files} DESTINATION ${package_folder})
