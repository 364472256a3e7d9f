import Compute
import Environments
import Testing

/// A car in a valley that somebody else moves.
private struct Restless: AbsorbingEnvironment {
  let base = MountainCar()
  var specification: EnvironmentSpecification { base.specification }
  func reset(random: inout RandomStream) -> MountainCar.State { base.reset(random: &random) }
  func step(_ state: inout MountainCar.State, _ action: Int, random: inout RandomStream) -> Outcome {
    base.step(&state, action, random: &random)
  }
  func observe(_ state: MountainCar.State, into observation: inout MutableSpan<Float>) {
    base.observe(state, into: &observation)
  }
  func isAbsorbed(_ state: MountainCar.State) -> Bool { base.isAbsorbed(state) }
  func check() throws { throw InputError("the valley is gone") }
  func tryRepeatability(steps: Int, random: RandomSource) throws -> Repeatability { .broken("\(steps) steps") }
}

@Suite("Whether worlds repeat")
struct RepeatabilityTests {
  @Test("ours do by construction", arguments: EnvironmentRegistry.standard.entries.map(\.specification.id))
  func exact(id: String) throws {
    let entry = try EnvironmentRegistry.standard.entry(id)
    #expect(try entry.environment.tryRepeatability(random: RandomSource(seed: 1)) == .exact)
  }

  @Test("a fixed horizon does not hide what its world says of itself")
  func forwarded() throws {
    let fixed = FixedHorizon(Restless())
    #expect(try fixed.tryRepeatability(random: RandomSource(seed: 1)) == .broken("32 steps"))
    #expect(throws: InputError.self) { try fixed.check() }
  }
}
