import Compute

/// Follow the parabola a x² + b x + c while x grows by .05 a step: the action moves y by up to ten either way, within ±5.
///
/// The coefficients are uniform in −1 … 1, and the start lies on the curve. The reward is minus the squared vertical
/// distance from the curve, of the state before the action. Single precision throughout, as in the original, which
/// refuses an action outside −10 … 10; here it is clipped. Source: `seals/Parabola-v0`.
package struct SealsParabola: Environment {
  package struct State: Sendable, Hashable, Codable {
    package var x, y, a, b, c: Float

    package init(x: Float, y: Float, a: Float, b: Float, c: Float) {
      (self.x, self.y, self.a, self.b, self.c) = (x, y, a, b, c)
    }

    func curve(_ x: Float) -> Float { a * (x * x) + b * x + c }
  }

  static let horizon = 20
  static let step: Float = 0.05
  static let bound: Float = 5

  package let specification: EnvironmentSpecification

  package init() {
    let high: [Float] = [Self.bound, Self.bound, 1, 1, 1]
    specification = EnvironmentSpecification(
      id: "seals/Parabola-v0", summary: "Follow the curve of a parabola from left to right",
      observationSpace: Box(low: high.map { -$0 }, high: high),
      observationNames: ["x", "y", "square coefficient", "linear coefficient", "constant"],
      actionSpace: .continuous(Box(low: [-2 * Self.bound], high: [2 * Self.bound])), maximumEpisodeSteps: Self.horizon,
      canTerminate: false, source: "seals at 90f68cf, Parabola-v0")
  }

  package func reset(random: inout RandomStream) -> State {
    let (a, b, c) = (random.uniform(-1, 1), random.uniform(-1, 1), Float(random.uniform(-1, 1)))
    return State(x: 0, y: c, a: Float(a), b: Float(b), c: c)
  }

  package func step(_ state: inout State, _ action: ContinuousAction, random: inout RandomStream) -> Outcome {
    let distance = state.y - state.curve(state.x)
    let move = min(max(action[0], -2 * Self.bound), 2 * Self.bound)
    state.x = min(max(state.x + Self.step, -Self.bound), Self.bound)
    state.y = min(max(state.y + move, -Self.bound), Self.bound)
    return Outcome(reward: -Double(distance * distance), terminated: false)
  }

  package func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    observation[0] = state.x
    observation[1] = state.y
    observation[2] = state.a
    observation[3] = state.b
    observation[4] = state.c
  }

  /// The curve, the agent, and how far it is off; x is drawn eight times as wide as it is.
  package func scene(_ state: State) -> Scene {
    let (left, width, half) = (-0.4, 8.8, 5.4)
    func place(_ x: Float) -> Double { 8 * Double(x) }
    let curve = (0...40).flatMap { [place(Float($0) / 40), Double(state.curve(Float($0) / 40))] }
    let x = min(max(place(state.x), left + 0.3), left + width - 0.3)
    let (y, target) = (Double(state.y), Double(state.curve(min(state.x, 1))))
    return Scene(
      left: left, bottom: -half, width: width, height: 2 * half,
      shapes: [
        .polygon(
          points: [left, -half, left + width, -half, left + width, half, left, half], role: .track),
        .line(points: curve, width: 0.12, role: .goal),
        .line(points: [x, target, x, y], width: 0.08, role: .danger),
        .circle(x: x, y: y, radius: 0.28, role: .agent),
      ]
    ).following(x: x, y: y)
  }

  /// The mean return of uniform actions, −10 … 10.
  ///
  /// From any y the next one is −5 with probability (5 − y)/20, 5 with (5 + y)/20, else uniform between: so E[y′] is y/2
  /// and E[y′²] is 50/3 whatever y is. With independent coefficients of variance 1/3 the expected squared distance
  /// after t steps, at x = t/20, is 50/3 − 2/3 · 2⁻ᵗ + (x⁴ + x² + 1)/3.
  package static var uniformReturn: Double {
    (1..<horizon).reduce(0) { sum, t in
      let (x, memory) = (Double(t) / 20, 1 / Double(1 << t))
      return sum - (50.0 / 3 - 2.0 / 3 * memory + (x * x * x * x + x * x + 1) / 3)
    }
  }
}
