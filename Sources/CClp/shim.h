// The C interface of COIN-OR's linear-programming solver.
#include <coin/Clp_C_Interface.h>
