// One level's kernels. Included once per level, with PK_LEVEL (0, 1 or 2: the preprocessor sees no enum) and PK_TABLE
// defined and the instruction set in force.
//
// The vector is 16 floats at every level; the compiler splits it where registers are narrower. Multiply-adds are
// written out and nothing is contracted, so that what is computed does not depend on the level beyond FMA or no FMA.
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#pragma clang fp contract(off)
// Vectors are passed between functions that are all inlined, so how they would be passed does not matter.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wpsabi"

#include "vectors.h"
#include "functions.h"
#include "product.h"
#include "layers.h"
#include "optimizer.h"
#include "soft.h"

const pk_table PK_TABLE = {
    .layer_forward = layer_forward,
    .layer_input_gradients = layer_input_gradients,
    .layer_parameter_gradients = layer_parameter_gradients,
    .activation_backward = activation_backward,
    .activate = activate,
    .exp = map_exp,
    .log = map_log,
    .sigmoid = map_sigmoid,
    .adam = adam,
    .sum_of_squares = sum_of_squares,
    .scale = scale,
    .soft_maximum = soft_maximum,
};

#pragma clang diagnostic pop
