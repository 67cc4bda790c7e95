# mercer_add_plugin(NAME SOURCES...): a shared object that `mercer` loads. In-tree and out-of-tree plugins are built by this function alike.
function(mercer_add_plugin name)
  add_library(${name} MODULE ${ARGN})
  target_link_libraries(${name} PRIVATE Mercer::solvers)
  set_target_properties(${name} PROPERTIES PREFIX "" CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
endfunction()
