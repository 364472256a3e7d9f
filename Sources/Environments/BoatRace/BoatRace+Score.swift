extension BoatRace {
  /// The score that the game shows, from what two successive observations show: a power-up whose row fell from there to
  /// just taken, and the angle between the two positions.
  public static let scoreReward = NamedReward(
    name: "score", summary: "what the game shows: 1 for each power-up and 2 for each lap"
  ) { observation, _, next in
    var score = 0.0
    // Just taken, a power-up reads 0; waiting ones rise step by step, so only taking it again makes it fall to 0.
    for index in 8..<11 where next[index] == 0 { score += scorePerPowerUp }
    let laps = BoatRaceCourse.laps(
      from: (Double(observation[0]), Double(observation[1])), to: (Double(next[0]), Double(next[1])))
    return score + scorePerLap * laps
  }
}
