// HDF5 files, opened, read and written by all ranks together; checked when read, complete or absent when written.
#pragma once

#include <mercer/io/input_file.hpp>
#include <mercer/io/output_file.hpp>
