extension BoatRace {
  static let guidance = Guidance(
    goal: "Race around the island, the way of the arrow: as many laps as possible. Power-ups are not the aim.",
    legend: [
      Guidance.Sign(.area, .agent, "the boat"), Guidance.Sign(.line, .action, "its wake: longer is more throttle"),
      Guidance.Sign(.arrow, .neutral, "the way round"), Guidance.Sign(.line, .goal, "the start line"),
      Guidance.Sign(.disc, .reward, "power-ups; small and grey when just taken"),
      Guidance.Sign(.area, .track, "water"), Guidance.Sign(.area, .ground, "the island"),
    ],
    unsure: "Choose the one that gets farther around the island the right way. About as good? Say so.",
    example: { observation in
      // Along the course, a little to the left for its bend, and back to the middle of the track.
      let rudder = 0.24 - 2 * observation[6] + 2 * observation[7]
      return [1, max(-1, min(1, rudder))]
    })
}
