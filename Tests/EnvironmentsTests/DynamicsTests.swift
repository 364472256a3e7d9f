import Compute
import Environments
import Foundation
import PactolusTesting
import Recorded
import Testing

@Suite("Where each environment's rules change")
struct BoundaryTests {
  private var random = RandomSource(seed: 1).stream("unused")

  @Test("the mountain car: wall, top speed, flag from both sides")
  func mountainCar() {
    var random = random
    let car = MountainCar()
    func after(_ position: Double, _ velocity: Double, _ action: Int) -> (MountainCar.State, Outcome) {
      var state = MountainCar.State(position: position, velocity: velocity)
      let outcome = car.step(&state, action, random: &random)
      return (state, outcome)
    }
    let wall = after(-1.19, -0.07, 0)
    #expect(wall.0.position == -1.2 && wall.0.velocity == 0 && wall.1 == Outcome(reward: -1, terminated: false))
    #expect(
      after(0.55, 0.07, 2).0.position == 0.6 && after(0, 0.07, 2).0.velocity == 0.07 - 0.0015
        && after(-0.5, 0.07, 2).0.velocity == 0.07)
    #expect(car.isAbsorbed(.init(position: 0.5, velocity: 0)) && !car.isAbsorbed(.init(position: 0.5, velocity: -1e-9)))
    #expect(!car.isAbsorbed(.init(position: 0.5.nextDown, velocity: 1)))
    let gain = { (action: Double, x: Double) in (action - 1) * 0.001 - cos(3 * x) * 0.0025 }
    for action in 0...2 {
      let (state, _) = after(-0.4, 0.01, action)
      #expect(abs(state.velocity - 0.01 - gain(Double(action), -0.4)) < 1e-15)
      #expect(abs(state.position + 0.4 - state.velocity) < 1e-15)
    }
  }

  @Test("the mountain car with a throttle: wall, flag, pay and clipping")
  func throttle() {
    var random = random
    let car = MountainCarContinuous()
    func after(_ position: Double, _ velocity: Double, _ action: Float, moved: Bool) -> (
      MountainCarContinuous.State, Outcome
    ) {
      var state = MountainCarContinuous.State(position: position, velocity: velocity, hasMoved: moved)
      let outcome = car.step(&state, row: [action], random: &random)
      return (state, outcome)
    }
    for moved in [false, true] {
      let wall = after(-1.19, -0.07, -1, moved: moved)
      #expect(wall.0.position == Double(Float(-1.2)) && wall.0.velocity == 0 && wall.0.hasMoved)
      #expect(after(0.58, 0.07, 1, moved: moved).0.position == Double(Float(0.6)))
      #expect(abs(after(-0.5, 0.06, 1, moved: moved).0.velocity - (0.0615 - 0.0025 * cos(-1.5))) < 1e-7)
      #expect(after(-0.5, 0.0699, 1, moved: moved).0.velocity == Double(Float(0.07)))
      for (throttle, clipped) in [(3, 1), (-3, -1), (0.5, 0.5)] as [(Float, Float)] {
        let (state, outcome) = after(-0.5, 0, throttle, moved: moved)
        #expect(state.throttle == clipped)
        #expect(abs(state.velocity - (Double(clipped) * 0.0015 - 0.0025 * cos(-1.5))) < 1e-8)
        #expect(abs(outcome.reward + 0.1 * Double(throttle * throttle)) < 1e-9 && !outcome.terminated)
      }
      let flag = after(0.44, 0.05, 0, moved: moved)
      #expect(flag.1 == Outcome(reward: 100, terminated: true))
    }
    let goal = Double(Float(0.45))
    #expect(
      car.isAbsorbed(.init(position: goal, velocity: 0)) && !car.isAbsorbed(.init(position: goal.nextDown, velocity: 0))
    )
    #expect(!car.isAbsorbed(.init(position: goal, velocity: -1e-9)))
  }

  @Test("the pole: twelve degrees and 2.4 metres, and what goes on with a fixed horizon")
  func cartPole() {
    var random = random
    let limit = 12 * Double.pi / 180
    for fixed in [false, true] {
      let world = CartPole(fixedHorizon: fixed)
      func fallen(_ position: Double, _ angle: Double, _ velocity: Double = 0, _ turning: Double = 0) -> Bool {
        var state = CartPole.State(position: position, velocity: velocity, angle: angle, angularVelocity: turning)
        let outcome = world.step(&state, 1, random: &random)
        #expect(outcome.terminated == false || !fixed)
        if fixed { return outcome.reward == 0 }
        #expect(outcome.reward == 1)
        return outcome.terminated
      }
      #expect(!fallen(2.4, 0) && fallen(2.4.nextUp, 0) && !fallen(-2.4, 0) && fallen((-2.4).nextDown, 0))
      #expect(!fallen(0, limit) && fallen(0, limit.nextUp) && !fallen(0, -limit) && fallen(0, -limit.nextUp))
      #expect(fallen(2.39, 0, 1) && fallen(0, limit - 0.001, 0, 1))
      let specification = world.specification
      #expect(specification.canTerminate == !fixed && specification.maximumEpisodeSteps == 500)
      #expect(
        specification.observationSpace.high
          == (fixed ? [.infinity, .infinity, .infinity, .infinity] : [4.8, .infinity, Float(2 * limit), .infinity]))
    }
  }

  @Test("the two links: the line is one length above the bar, angles stay within half a turn, speeds within bounds")
  func acrobot() {
    var random = random
    let world = Acrobot()
    #expect(!world.isAbsorbed(.init(angle1: 0, angle2: 0, velocity1: 0, velocity2: 0)))
    #expect(world.isAbsorbed(.init(angle1: .pi, angle2: 0, velocity1: 0, velocity2: 0)))
    // −cos a − cos(a + b): the first link straight up and the second level is exactly one.
    let level = Acrobot.State(angle1: .pi, angle2: .pi / 2, velocity1: 0, velocity2: 0)
    let height = -cos(level.angle1) - cos(level.angle2 + level.angle1)
    #expect(world.isAbsorbed(level) == (height > 1))
    #expect(
      world.isAbsorbed(.init(angle1: .pi, angle2: 1.5, velocity1: 0, velocity2: 0))
        && !world.isAbsorbed(.init(angle1: .pi, angle2: 1.65, velocity1: 0, velocity2: 0)))
    for sign in [1.0, -1] {
      var state = Acrobot.State(angle1: sign * 3, angle2: sign * 3, velocity1: sign * 12.5, velocity2: sign * 28)
      _ = world.step(&state, 1, random: &random)
      #expect(abs(state.angle1) <= .pi && abs(state.angle2) <= .pi)
      #expect(abs(state.velocity1) <= 4 * .pi && abs(state.velocity2) <= 9 * .pi)
    }
    var fast = Acrobot.State(angle1: 0, angle2: 0, velocity1: 200, velocity2: 0)
    _ = world.step(&fast, 1, random: &random)
    #expect(abs(fast.velocity1) == 4 * .pi || abs(fast.velocity2) == 9 * .pi)
    var rest = Acrobot.State(angle1: 0, angle2: 0, velocity1: 0, velocity2: 0)
    #expect(world.step(&rest, 1, random: &random) == Outcome(reward: -1, terminated: false))
    #expect(rest.torque == 0 && abs(rest.angle1) < 1e-12)
    _ = world.step(&rest, 2, random: &random)
    #expect(rest.torque == 1 && rest.angle2 > 0 && rest.angle1 < 0)
    var up = Acrobot.State(angle1: .pi, angle2: 0, velocity1: 0, velocity2: 0)
    #expect(world.step(&up, 1, random: &random) == Outcome(reward: 0, terminated: true))
  }

  @Test("the pendulum: its cost by hand, over turns, and its bounds")
  func pendulum() {
    var random = random
    let world = Pendulum()
    for (angle, wrapped) in [
      (0.5, 0.5), (0.5 + 4 * .pi, 0.5), (-0.5 - 2 * .pi, -0.5), (3.5, 3.5 - 2 * .pi), (-3.5, 2 * .pi - 3.5),
    ] as [(Double, Double)] {
      for (speed, action) in [(1, 0.5), (-7.9, 3), (7.9, -3), (0, 0)] as [(Double, Float)] {
        var state = Pendulum.State(angle: angle, angularVelocity: speed)
        let torque = Double(max(-2, min(2, action)))
        let outcome = world.step(&state, row: [action], random: &random)
        #expect(abs(outcome.reward + wrapped * wrapped + 0.1 * speed * speed + 0.001 * torque * torque) < 1e-6)
        let turned = max(-8, min(8, speed + (15 * sin(angle) + 3 * torque) * 0.05))
        #expect(abs(state.angularVelocity - turned) < 1e-6 && abs(state.angle - angle - 0.05 * turned) < 1e-6)
        #expect(Double(state.torque) == torque && !outcome.terminated)
      }
    }
  }

  @Test("the boat: a step by hand, the shore, the clock of the power-ups")
  func boat() {
    var random = random
    let world = BoatRace()
    var state = BoatRace.State(x: 5, y: 0, heading: 1, speed: 2)
    let outcome = world.step(&state, row: [0.5, -0.5], random: &random)
    let heading = 1 - 0.125
    let speed = 2 + (2 * 3 * 0.5 - 2 * 2) * 0.1
    #expect(abs(state.heading - heading) < 1e-12 && abs(state.speed - speed) < 1e-12)
    #expect(abs(state.x - 5 - 0.1 * speed * cos(heading)) < 1e-12 && abs(state.y - 0.1 * speed * sin(heading)) < 1e-12)
    #expect(
      abs(outcome.reward - 10 * atan2(state.y, state.x) / (2 * .pi)) < 1e-12 && state.throttle == 0.5
        && state.rudder == -0.5)
    // Backwards counts as no throttle; both are clipped.
    var back = BoatRace.State(x: 5, y: 0, heading: .pi / 2, speed: 1)
    _ = world.step(&back, row: [-3, 3], random: &random)
    #expect(
      back.throttle == -1 && back.rudder == 1 && abs(back.speed - 0.8) < 1e-12
        && abs(back.heading - .pi / 2 - 0.25) < 1e-12)
    var shore = BoatRace.State(x: 0, y: 5.9, heading: .pi / 2, speed: 3)
    #expect(world.step(&shore, row: [1, 0], random: &random).reward == 0)
    #expect(shore.x == 0 && shore.y == 5.9 && shore.speed == 0)
    #expect(
      BoatRaceCourse.isWater(4, 0) && BoatRaceCourse.isWater(0, 6) && !BoatRaceCourse.isWater(0, 6.0.nextUp)
        && !BoatRaceCourse.isWater(0, 3.999))
    #expect(
      BoatRaceCourse.isWater(6.4, 1.69) && !BoatRaceCourse.isWater(6.4, 1.71) && BoatRaceCourse.isWater(8.09, 0)
        && !BoatRaceCourse.isWater(8.11, 0))
    #expect(
      abs(BoatRaceCourse.laps(from: (1, 0), to: (0, 2)) - 0.25) < 1e-12
        && abs(BoatRaceCourse.laps(from: (0, 3), to: (1, 0)) + 0.25) < 1e-12)
    for (index, place) in BoatRaceCourse.powerUps.enumerated() {
      let angle = Double(index) * 2 * .pi / 3
      #expect(abs(place.x - 6.4 - 0.9 * cos(angle)) < 1e-12 && abs(place.y - 0.9 * sin(angle)) < 1e-12)
      // Half a length away is near enough, and a little more is not.
      for (distance, taken) in [(0.49, true), (0.51, false)] {
        var boat = BoatRace.State(x: place.x, y: place.y + (index == 1 ? 1 : -1) * distance, heading: 0)
        if index == 0 { boat = BoatRace.State(x: place.x + distance, y: place.y, heading: 0) }
        _ = world.step(&boat, row: [0, 0], random: &random)
        #expect((boat.waits[index] == 20) == taken, "\(index) \(distance)")
      }
    }
    var waiting = BoatRace.State(x: 0, y: 5, heading: 0)
    waiting.waits = [1, 5, 0]
    _ = world.step(&waiting, row: [0, 0], random: &random)
    #expect(waiting.waits == [0, 4, 0])
    let seen = world.observation(waiting)
    #expect(seen[8] == 1 && abs(seen[9] - 0.8) < 1e-6 && seen[10] == 1)
    // On the circle, heading along the course: cosine 1 and sine 0 off it.
    let along = world.observation(BoatRace.State(x: 3, y: 3, heading: 0.75 * .pi, speed: 1.5))
    let expected: [Double] = [0.5, 0.5, -sqrt(0.5), sqrt(0.5), 0.5, 1, 0, (sqrt(18) - 5) / 4, 1, 1, 1]
    for (value, wanted) in zip(along, expected) { #expect(abs(Double(value) - wanted) < 1e-6) }
    let off = world.observation(BoatRace.State(x: 5, y: 0, heading: .pi / 2 + 0.3))
    #expect(abs(off[5] - Float(cos(0.3))) < 1e-6 && abs(off[6] - Float(sin(0.3))) < 1e-6)
    var before = [Float](repeating: 1, count: 11)
    (before[0], before[1]) = (0.5, 0)
    var after = before
    (after[0], after[1]) = (0, 0.5)
    (after[8], after[10]) = (0, 0)
    let score = BoatRace.scoreReward.reward(observation: before.span, action: before.span, nextObservation: after.span)
    #expect(abs(score - 2 - 0.5) < 1e-12)
  }

  @Test("starts lie within their bounds and reach them")
  func starts() {
    var random = RandomSource(seed: 3).stream("starts")
    func spread(_ draws: [Double], _ low: Double, _ high: Double) -> Bool {
      let margin = 0.03 * (high - low)
      return draws.min()! >= low && draws.max()! <= high && draws.min()! < low + margin && draws.max()! > high - margin
    }
    let cars = (0..<400).map { _ in MountainCar().reset(random: &random) }
    #expect(spread(cars.map(\.position), -0.6, -0.4) && cars.allSatisfy { $0.velocity == 0 })
    let throttled = (0..<400).map { _ in MountainCarContinuous().reset(random: &random) }
    #expect(spread(throttled.map(\.position), -0.6, -0.4) && throttled.allSatisfy { $0.velocity == 0 && !$0.hasMoved })
    let poles = (0..<400).map { _ in CartPole().reset(random: &random) }
    for part in [\CartPole.State.position, \.velocity, \.angle, \.angularVelocity] {
      #expect(spread(poles.map { $0[keyPath: part] }, -0.05, 0.05))
    }
    let swings = (0..<400).map { _ in Pendulum().reset(random: &random) }
    #expect(spread(swings.map(\.angle), -.pi, .pi) && spread(swings.map(\.angularVelocity), -1, 1))
    let links = (0..<400).map { _ in Acrobot().reset(random: &random) }
    for part in [\Acrobot.State.angle1, \.angle2, \.velocity1, \.velocity2] {
      #expect(spread(links.map { $0[keyPath: part] }, -0.1001, 0.1001))
    }
    let boats = (0..<400).map { _ in BoatRace().reset(random: &random) }
    #expect(spread(boats.map { hypot($0.x, $0.y) }, 4.5, 5.5) && spread(boats.map { atan2($0.y, $0.x) }, -.pi, .pi))
    #expect(spread(boats.map { remainder($0.heading - atan2($0.y, $0.x) - .pi / 2, 2 * .pi) }, -0.3, 0.3))
    #expect(boats.allSatisfy { $0.speed == 0 && $0.waits == .zero })
  }
}

@Suite("Named features and the registry")
struct FeatureTests {
  private func feature(_ id: String, _ name: String, _ observation: [Float], _ action: [Float], _ next: [Float]) throws
    -> Double
  {
    let entry = try EnvironmentRegistry.standard.entry(id)
    let feature = try #require(entry.features.first { $0.name == name })
    return feature.values(
      of: Trajectory(
        observationSize: next.count, actionRowSize: action.count, observations: observation + next, actions: action,
        rewards: [0], terminated: false, truncated: false, start: nil))[0]
  }

  @Test("each is the number that its summary says")
  func values() throws {
    func near(_ a: Double, _ b: Double) -> Bool { abs(a - b) < 1e-6 }
    let pole: [Float] = [-0.5, 2, 0.3, 0]
    let zero: [Float] = [0, 0, 0, 0]
    #expect(near(try feature("pactolus/CartPole-v1", "pole upright", zero, [0], pole), cos(0.3)))
    #expect(near(try feature("pactolus/CartPole-v1", "distance from the centre", zero, [0], pole), 0.5))
    #expect(near(try feature("pactolus/CartPole-v1", "speed", zero, [0], [0, -2, 0, 0]), 2))
    #expect(near(try feature("pactolus/CartPole-v1", "pole angle", zero, [0], pole), 0.3))
    #expect(near(try feature("pactolus/MountainCar-v0", "height", [0, 0], [0], [0.2, -0.05]), sin(0.6)))
    #expect(near(try feature("pactolus/MountainCar-v0", "speed", [0, 0], [0], [0.2, -0.05]), 0.05))
    #expect(near(try feature("pactolus/Pendulum-v1", "upright", [1, 0, 0], [0], [0.25, 0, -3]), 0.25))
    #expect(near(try feature("pactolus/Pendulum-v1", "speed", [1, 0, 0], [0], [0.25, 0, -3]), 3))
    for (torque, energy) in [(1.5, 2.25), (-3, 4), (3, 4)] as [(Float, Double)] {
      #expect(near(try feature("pactolus/Pendulum-v1", "energy", [1, 0, 0], [torque], [1, 0, 0]), energy))
    }
    // Angles 0.4 and 0.7: the tip is at −cos 0.4 − cos 1.1.
    let links = [cos(0.4), sin(0.4), cos(0.7), sin(0.7), -1, 2].map { Float($0) }
    let rest = [Float](repeating: 0, count: 6)
    #expect(near(try feature("pactolus/Acrobot-v1", "tip height", rest, [0], links), -cos(0.4) - cos(1.1)))
    #expect(near(try feature("pactolus/Acrobot-v1", "speed", rest, [0], links), 3))
    func cell(_ index: Int) -> [Float] { (0..<100).map { $0 == index ? 1 : 0 } }
    // Row 1, column 3 to the coin beside it; a roadblock; nothing where no cell is shown.
    #expect(try feature("pactolus/Delivery-v0", "coin", cell(13), [3], cell(14)) == 1)
    #expect(try feature("pactolus/Delivery-v0", "gas", cell(13), [3], cell(14)) == 1)
    #expect(try feature("pactolus/Delivery-v0", "roadblock", cell(1), [3], cell(2)) == 1)
    #expect(try feature("pactolus/Delivery-v0", "mud", cell(25), [1], cell(27)) == 1)
    #expect(try feature("pactolus/Delivery-v0", "gas", cell(99), [3], cell(98)) == 1)
    let half = [Float](repeating: 0.5, count: 100)
    #expect(
      try feature("pactolus/Delivery-v0", "gas", half, [3], cell(14)) == 0
        && feature("pactolus/Delivery-v0", "gas", cell(1), [3], half) == 0)
  }

  @Test("a world's own features come first, then the components that they do not name")
  func all() throws {
    let registry = EnvironmentRegistry.standard
    #expect(
      try registry.entry("pactolus/Pendulum-v1").features.map(\.name) == [
        "upright", "speed", "energy", "cosine of angle", "sine of angle", "angular velocity",
      ])
    #expect(
      try registry.entry("pactolus/CartPole-v1").features.map(\.name) == [
        "pole upright", "distance from the centre", "speed", "cart position", "cart velocity", "pole angle",
        "pole angular velocity",
      ])
    let own = NamedFeature(name: "q", synonyms: ["velocity"], summary: "") { _, _, _ in 0 }
    #expect(NamedFeature.all([own], of: MountainCar().specification).map(\.name) == ["q", "position"])
    #expect(registry.finite == ["pactolus/Delivery-v0"])
    #expect(registry.namedPresets.map(\.name) == ["tutorial5", "boat-race-naive", "pebble"])
    var mine = registry
    mine.add(SettingsPreset(name: "tutorial5", summary: "", values: ["a": "1"]))
    mine.add(SettingsPreset(name: "other", summary: "", values: [:]))
    mine.add(SettingsPreset(name: "tutorial5", summary: "", values: ["a": "2"]))
    #expect(
      mine.namedPresets.map(\.name) == ["boat-race-naive", "pebble", "other", "tutorial5"]
        && mine.namedPresets[3].values == ["a": "2"])
    #expect(
      complaint { try registry.entry("pactolus/Walk-v0").features.count }.hasPrefix(
        "unknown environment 'pactolus/Walk-v0'"))
    let early = try #require(try registry.entry("pactolus/MountainCar-v0").preset)
    #expect(early.values["person.kind"] == "rational" && early.values["feedback.segmentLength"] == "200")
  }

  @Test("the delivery board, cell by cell, and segments that cannot be, by their words")
  func delivery() throws {
    let board = DeliveryBoard()
    let goals = (0..<100).filter { board.object($0) == .goal }
    #expect(goals == [89])
    #expect((0..<100).count { board.object($0) == .house } + (0..<100).count { board.isTerminal($0) } == 8)
    #expect(board.startCells.count == 92 && board.isMud(77) && board.object(77) == .coin && !board.isMud(0))
    // Off the board on each side.
    #expect(
      board.destination(from: 0, rows: -1, columns: 0) == 0 && board.destination(from: 0, rows: 0, columns: -1) == 0)
    #expect(
      board.destination(from: 99, rows: 1, columns: 0) == 99 && board.destination(from: 99, rows: 0, columns: 1) == 99)
    #expect(
      board.destination(from: 9, rows: 0, columns: 1) == 9 && board.destination(from: 10, rows: 0, columns: -1) == 10)
    #expect(
      board.destination(from: 55, rows: -1, columns: 0) == 45 && board.destination(from: 55, rows: 0, columns: 1) == 56)
    let delivery = Delivery()
    #expect(
      complaint { try delivery.replay(start: (10, 3), moves: []) }
        == "a segment starts at row 10, column 3; rows and columns are 0 to 9")
    #expect(
      complaint { try delivery.replay(start: (3, -1), moves: []) }
        == "a segment starts at row 3, column -1; rows and columns are 0 to 9")
    #expect(
      complaint { try delivery.replay(start: (3, 4), moves: []) } == "a segment starts in the house at row 3, column 4")
    #expect(
      complaint { try delivery.replay(start: (0, 0), moves: [(2, 0)]) }
        == "a segment has the move (2, 0); moves are (-1, 0), (1, 0), (0, -1) and (0, 1)")
    #expect(throws: Never.self) { try delivery.replay(start: (9, 9), moves: [(0, -1), (0, 1)]) }
  }

  @Test(
    "a dozen steps of two slots at random, as recorded: what is seen, earned, and each feature and named reward",
    arguments: EnvironmentRegistry.standard.entries.map(\.specification.id))
  func recorded(id: String) throws {
    let entry = try EnvironmentRegistry.standard.entry(id)
    var lines: [String] = []
    for clip in entry.randomClips(2, steps: 12, random: RandomSource(seed: 5)) {
      func rounded(_ numbers: [Double]) -> String {
        numbers.map { abs($0) < 1e-5 ? "0" : "\(($0 * 1e5).rounded() / 1e5)" }.joined(separator: " ")
      }
      for row in 0...clip.count where clip.observationSize < 50 {
        lines.append(
          rounded(clip.observations[row * clip.observationSize..<(row + 1) * clip.observationSize].map(Double.init)))
      }
      if clip.observationSize >= 50 {
        lines.append("cells \(clip.observations.indices.filter { clip.observations[$0] == 1 })")
      }
      lines.append("actions " + rounded(clip.actions.map(Double.init)))
      lines.append("rewards " + rounded(clip.rewards.map(Double.init)))
      for feature in entry.features where !feature.name.hasPrefix("at row") {
        lines.append("\(feature.name): " + rounded(feature.values(of: clip)))
      }
      for reward in entry.namedRewards { lines.append("\(reward.name): " + rounded(reward.rewards(of: clip))) }
    }
    try Recorded.check(lines.joined(separator: "\n") + "\n", as: "play-" + id.replacing(/[^A-Za-z0-9]/, with: "-"))
  }
}
