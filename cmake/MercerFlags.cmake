# One interface target carries every compiler flag, so that no folder repeats them.
add_library(mercer_flags INTERFACE)
target_compile_features(mercer_flags INTERFACE cxx_std_20)
target_compile_options(mercer_flags INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wno-sign-conversion)
# GCC 12 finds overlaps in concatenations of strings where there are none (its bug 105329).
target_compile_options(mercer_flags INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
# Fused multiply-adds would make results depend on the target processor.
target_compile_options(mercer_flags INTERFACE -ffp-contract=off -fopenmp-simd)
if(MERCER_STRICT)
  target_compile_options(mercer_flags INTERFACE -Werror)
  target_compile_definitions(mercer_flags INTERFACE _GLIBCXX_ASSERTIONS)
endif()
if(MERCER_SANITIZE)
  target_compile_options(mercer_flags INTERFACE -fsanitize=address,undefined -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
  target_link_options(mercer_flags INTERFACE -fsanitize=address,undefined)
endif()
