// The main of test programs that start other programs and no MPI of their own.
#define BOOST_TEST_MODULE mercer
#include <boost/test/unit_test.hpp>
