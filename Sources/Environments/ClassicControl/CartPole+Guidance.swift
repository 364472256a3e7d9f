extension CartPole {
  static let guidance = Guidance(
    goal: "Keep the pole upright, and the cart on its track, for as long as possible.",
    legend: [
      Guidance.Sign(.area, .agent, "the cart: pushed left or right at every step"),
      Guidance.Sign(.line, .joint, "the pole"),
      Guidance.Sign(.line, .danger, "the pole when it has fallen, or the cart has left the track"),
      Guidance.Sign(.line, .wall, "marks: as far as the pole may lean, and the track's ends"),
      Guidance.Sign(.line, .ground, "the track"),
    ],
    unsure: "Choose the one that stands longer; of two that stand, the calmer one. About as good? Say so.",
    // Signs of a state feedback that balances from every start.
    example: { $0[0] + 1.7 * $0[1] + 35 * $0[2] + 9 * $0[3] > 0 ? [1] : [0] })
}
