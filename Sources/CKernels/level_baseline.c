// The kernels for any processor.
#include "table.h"

#define PK_LEVEL 0
#define PK_TABLE pk_table_baseline
#include "body/body.h"
