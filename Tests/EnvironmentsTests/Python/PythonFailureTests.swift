import Compute
import Environments
import Foundation
import Testing

@Suite("What goes wrong in Python", .serialized, .enabled(if: TestPython.hasNumPy))
struct PythonFailureTests {
  @Test(
    "an environment that fails stands still, and the check says why",
    arguments: [
      ("dies", "about to die"), ("hangs", "about to hang"), ("raises", "ValueError: a wall in the way"),
      ("nan", "observation with nan"), ("infinite", "reward inf"), ("shape", "of shape (3)"),
      ("four", "returned 4 values"),
    ])
  func failure(_ how: String, _ words: String) throws {
    let timeout = how == "hangs" ? 4.0 : 60
    let entry = try TestPython.fake("misbehaving:how=\(how),at=3", timeout: timeout)
    let batch = entry.makeBatch(count: 3, random: RandomSource(seed: 1))
    try batch.check()
    batch.step([0, 0, 0])
    batch.step([0, 0, 0])
    try batch.check()
    let last = Array(batch.observations)
    for _ in 0..<3 {
      batch.step([0, 0, 0])
      #expect(Array(batch.observations) == last && Array(batch.finalObservations) == last)
      #expect(Array(batch.rewards) == [0, 0, 0] && Array(batch.terminated) == [false, false, false])
    }
    let error = #expect(throws: InputError.self) { try batch.check() }
    #expect(error?.description.contains(words) == true, "\(String(describing: error))")
    // Asking for the id again makes a world that works.
  }

  @Test("an environment that prints to standard output does not disturb the frames")
  func printing() throws {
    let quiet = try TestPython.fake("walk").trace(slots: 4, steps: 30)
    #expect(try TestPython.fake("misbehaving:how=prints,at=0").trace(slots: 4, steps: 30).count == quiet.count)
  }

  @Test(
    "what cannot be made says what is wrong and what to do",
    arguments: [
      ("endless", "max_episode_steps=1000"), ("unseen", "Text"), ("too_many", "4913 possibilities"),
      ("walc", "did you mean Walk or walk?"), ("no_environment", "without 'reset'"), ("walk:speed=3", "speed"),
      ("walk:max_episode_steps=many", "no number of steps"), ("walk:render_mode=human", "not to be chosen"),
    ])
  func unmakeable(_ function: String, _ words: String) throws {
    let error = #expect(throws: InputError.self) { try TestPython.fake(function) }
    #expect(error?.description.contains(words) == true, "\(String(describing: error))")
  }

  @Test("a module or a Python that is not there is named, with what installs it")
  func missing() throws {
    let source = PythonFunctionSource(interpreter: TestPython.interpreter)
    var error = #expect(throws: InputError.self) { try source.entry("python:no_such_module:make") }
    #expect(error?.description.contains("PYTHONPATH") == true, "\(String(describing: error))")
    error = #expect(throws: InputError.self) { try source.entry("python:alone") }
    #expect(error?.description.contains("python:my_module:make") == true)
    let nowhere = GymnasiumSource(interpreter: PythonInterpreter(path: "/no/such/python"))
    error = #expect(throws: InputError.self) { try nowhere.entry("gym/CartPole-v1") }
    #expect(error?.description.contains("./pactolus setup gymnasium") == true, "\(String(describing: error))")
    #expect(nowhere.availability == .missing(install: "./pactolus setup gymnasium"))
  }

  @Test("a Python without Gymnasium says how to install it", .enabled(if: !TestPython.hasGymnasium))
  func noGymnasium() throws {
    let error = #expect(throws: InputError.self) {
      try GymnasiumSource(interpreter: TestPython.interpreter).entry("gym/CartPole-v1")
    }
    #expect(error?.description.contains("./pactolus setup gymnasium") == true)
  }
}
