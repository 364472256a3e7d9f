// Made by NumPy 2.4.6: matrix_rank (tolerance 1e-9) of rows that were made from what each kind of data shows: returns and
// advantages of policies, whole walks of 80 steps, all windows. Discount 0.5 throughout.

enum NumPyRanks {
  static let sources = [
    "q-values",
    "advantages",
    "values",
    "boltzmann-trajectories",
    "policy-order",
    "optimal-policies",
    "optimal-trajectories",
    "trajectory-returns",
    "trajectory-comparisons",
    "lotteries",
    "segment-returns:length=1",
    "segment-comparisons:length=1",
    "segment-comparisons:length=1,start=same",
    "segment-returns:length=2",
    "segment-comparisons:length=2",
    "segment-comparisons:length=2,start=same",
    "segment-returns:length=3",
    "segment-comparisons:length=3",
    "segment-comparisons:length=3,start=same",
  ]

  struct Case {
    /// In quarters, [states × actions × states].
    var quarters: [Int]
    var states: Int
    var actions: Int
    var starts: Int
    var reward: [Int]
    var open: [Int]
  }

  static let cases = [
    Case(
      quarters: [4, 0, 0, 4], states: 2, actions: 1,
      starts: 2, reward: [-1, -1, -1, -1],
      open: [2, 4, 2, 4, 4, 4, 4, 2, 3, 3, 2, 3, 4, 2, 3, 4, 2, 3, 4]),
    Case(
      quarters: [0, 1, 3, 0, 3, 1, 0, 1, 3], states: 3, actions: 1,
      starts: 1, reward: [1, -1, -2, 2, 0, -1, 1, -2, -2],
      open: [6, 9, 6, 9, 9, 9, 9, 5, 6, 7, 3, 4, 6, 3, 4, 5, 3, 4, 5]),
    Case(
      quarters: [0, 4, 0, 0, 1, 0, 3, 0, 0, 1, 1, 2, 4, 0, 0, 0], states: 4, actions: 1,
      starts: 2, reward: [1, -2, 0, 0, -2, 0, 0, -2, 0, 0, -1, -2, -2, 1, 1, 2],
      open: [12, 16, 12, 16, 16, 16, 16, 11, 12, 13, 9, 10, 13, 9, 10, 10, 9, 10, 10]),
    Case(
      quarters: [4, 0, 4, 0, 0, 4, 0, 4], states: 2, actions: 2,
      starts: 1, reward: [2, 1, 2, 1, -1, 0, 1, 2],
      open: [4, 6, 6, 7, 7, 7, 7, 6, 7, 7, 4, 5, 6, 4, 5, 6, 4, 5, 6]),
    Case(
      quarters: [4, 0, 0, 0, 4, 0, 4, 0, 0, 4, 0, 0, 0, 4, 0, 0, 4, 0], states: 3, actions: 2,
      starts: 2, reward: [-1, -1, -1, 1, 2, 1, 1, -2, 1, 2, -2, 1, 1, 1, 2, -1, -1, 1],
      open: [12, 15, 15, 16, 17, 18, 18, 14, 15, 16, 12, 13, 15, 12, 13, 14, 12, 13, 14]),
    Case(
      quarters: [3, 1, 0, 0, 0, 0, 3, 1, 0, 1, 0, 3, 0, 3, 1, 0, 0, 1, 0, 3, 0, 0, 1, 3, 0, 0, 3, 1, 4, 0, 0, 0],
      states: 4, actions: 2,
      starts: 1,
      reward: [2, 2, 2, 2, 2, 2, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1],
      open: [24, 28, 28, 28, 29, 31, 32, 20, 21, 22, 17, 18, 21, 17, 18, 18, 17, 18, 18]),
    Case(
      quarters: [4, 0, 4, 0, 4, 0, 3, 1, 0, 4, 4, 0], states: 2, actions: 3,
      starts: 2, reward: [-2, 1, 2, 1, -2, 2, 1, 0, -1, 1, 2, 1],
      open: [6, 8, 10, 8, 9, 12, 12, 5, 6, 7, 5, 6, 7, 5, 6, 6, 5, 6, 6]),
    Case(
      quarters: [4, 0, 0, 1, 0, 3, 2, 0, 2, 3, 1, 0, 3, 0, 1, 0, 3, 1, 4, 0, 0, 1, 3, 0, 1, 3, 0], states: 3,
      actions: 3,
      starts: 1, reward: [1, 1, 1, 2, 1, 1, -2, 2, -2, -1, -2, -2, 0, 1, -1, 2, 0, 1, 1, -2, 0, 0, 2, -1, 1, -1, -1],
      open: [18, 21, 24, 21, 22, 27, 27, 13, 14, 15, 11, 12, 14, 11, 12, 12, 11, 12, 12]),
    Case(
      quarters: [
        0, 4, 0, 0, 0, 0, 4, 0, 0, 4, 0, 0, 0, 0, 0, 4, 4, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 4, 4, 0, 0, 0, 0, 0, 4, 0, 0,
        0, 0, 4, 4, 0, 0, 0, 4, 0, 0, 0,
      ], states: 4, actions: 3,
      starts: 2,
      reward: [
        0, 2, -1, -1, 1, -2, 2, 0, 1, 1, 0, 1, 1, -2, 0, -2, 2, 2, 2, 2, 0, 0, -1, 1, 0, -2, -2, 2, -2, 1, 1, 2, 0, 0,
        0, -1, -1, -2, 1, 2, 2, 2, -1, 1, -1, -1, -2, 2,
      ],
      open: [36, 40, 44, 40, 41, 46, 46, 38, 39, 40, 36, 37, 40, 36, 37, 37, 36, 37, 37]),
    Case(
      quarters: [4, 0, 1, 3], states: 2, actions: 1,
      starts: 1, reward: [1, 2, 0, 2],
      open: [2, 4, 2, 4, 4, 4, 4, 3, 4, 4, 1, 2, 3, 1, 2, 2, 1, 2, 2]),
    Case(
      quarters: [4, 0, 0, 3, 1, 0, 3, 0, 1], states: 3, actions: 1,
      starts: 2, reward: [2, 2, 2, 2, 2, 2, 0, 0, 0],
      open: [6, 9, 6, 9, 9, 9, 9, 6, 7, 7, 4, 5, 7, 4, 5, 5, 4, 5, 5]),
    Case(
      quarters: [0, 1, 0, 3, 3, 1, 0, 0, 0, 0, 3, 1, 4, 0, 0, 0], states: 4, actions: 1,
      starts: 1, reward: [-1, -1, 2, -1, 0, 1, -1, -1, 0, 1, 2, 0, 2, 0, 0, 0],
      open: [12, 16, 12, 16, 16, 16, 16, 13, 14, 15, 9, 10, 13, 9, 10, 10, 9, 10, 10]),
    Case(
      quarters: [4, 0, 4, 0, 4, 0, 0, 4], states: 2, actions: 2,
      starts: 2, reward: [-1, 1, 1, -1, -1, 0, 2, 1],
      open: [4, 6, 6, 6, 7, 8, 8, 4, 5, 6, 4, 5, 6, 4, 5, 5, 4, 5, 5]),
    Case(
      quarters: [0, 0, 4, 1, 3, 0, 0, 0, 4, 0, 4, 0, 0, 4, 0, 3, 0, 1], states: 3, actions: 2,
      starts: 1, reward: [2, -1, 2, 2, 0, -1, 1, -1, 2, -2, 0, 0, 1, 1, 1, 0, 1, -2],
      open: [12, 15, 15, 15, 16, 18, 18, 12, 13, 14, 10, 11, 13, 10, 11, 11, 10, 11, 11]),
    Case(
      quarters: [0, 0, 0, 4, 0, 4, 0, 0, 0, 1, 0, 3, 2, 0, 1, 1, 0, 0, 0, 4, 3, 0, 0, 1, 0, 1, 0, 3, 0, 3, 1, 0],
      states: 4, actions: 2,
      starts: 2,
      reward: [
        0, 2, 0, 0, 2, 0, 0, -2, -2, 1, -1, -1, 0, 2, -2, -2, 2, 1, -1, -2, 0, 2, -1, -2, 0, 1, 1, -1, 1, 1, 1, 2,
      ],
      open: [24, 28, 28, 28, 29, 32, 32, 20, 21, 22, 18, 19, 22, 18, 19, 19, 18, 19, 19]),
    Case(
      quarters: [4, 0, 4, 0, 4, 0, 2, 2, 0, 4, 0, 4], states: 2, actions: 3,
      starts: 1, reward: [2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1],
      open: [6, 8, 10, 10, 10, 10, 10, 9, 10, 10, 5, 6, 7, 5, 6, 6, 5, 6, 6]),
  ]
}
