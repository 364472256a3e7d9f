import Testing

/// The limits of options, on both sides: within them a verb goes on, and says that what it was given is not there.
@Suite("Options at their limits")
struct OptionLimitTests {
  private static let verbs: [(verb: [String], option: String, fine: [String], refused: [String])] = [
    (["goodhart", "none", "none", "none"], "--points", ["3", "2000"], ["2", "2001"]),
    (["learn", "none"], "--seeds", ["1", "1000"], ["0", "1001"]),
    (["learn", "none"], "--seed", ["0"], ["-1"]),
    (["learn", "none"], "--threads", ["1", "1024"], ["0", "1025"]),
    (["compare", "none", "none", "none"], "--acceptable", ["0", "1"], ["-0.01", "1.01"]),
    (["compare", "none", "none", "none"], "--seed", ["0"], ["-1"]),
    (["misspecify", "none", "--believed", "optimal", "--actual", "optimal"], "--seed", ["0"], ["-1"]),
    (["fit", "none.jsonl"], "--width", ["1", "65536"], ["0", "65537"]),
    (["fit", "none.jsonl"], "--members", ["1", "100"], ["0", "101"]),
    (["fit", "none.jsonl"], "--folds", ["2", "100"], ["1", "101"]),
    (["fit", "none.jsonl", "--head", "mlp"], "--epochs", ["1", "10000"], ["0", "10001"]),
    (["study", "run", "none.yaml"], "--number", ["0"], ["-1"]),
    (["study", "run", "none.yaml"], "--workers", ["1", "1024"], ["0", "1025"]),
    (["imitate", "none", "--method", "bc", "--expert"], "--seed", ["0"], ["-1"]),
    (["imitate", "none", "--method", "bc", "--expert"], "--episodes", ["1", "100000"], ["0", "100001"]),
    (["imitate", "none", "--method", "bc", "--expert"], "--steps", ["1", "1000000000"], ["0", "1000000001"]),
    (["imitate", "none", "--method", "bc", "--expert"], "--expert-steps", ["1", "1000000000"], ["0", "1000000001"]),
    (["answers", "none"], "--seed", ["0"], ["-1"]),
    (["counterfactual", "none"], "--lucks", ["2", "100000"], ["1", "100001"]),
    (["counterfactual", "none"], "--steps", ["1", "1000000"], ["0", "1000001"]),
    (["counterfactual", "none"], "--seed", ["0"], ["-1"]),
    (["counterfactual", "none"], "--discount", ["0", "1"], ["-0.01", "1.01"]),
    (["irl", "none", "--demonstrations", "3"], "--seed", ["0"], ["-1"]),
    (["irl", "none", "--demonstrations", "3"], "--iterations", ["1"], ["0"]),
    (["irl", "none", "--demonstrations", "3"], "--draws", ["1000000"], ["1000001"]),
    (["evaluate", "none"], "--episodes", ["1", "100000"], ["0", "100001"]),
    (["evaluate", "none"], "--seed", ["0"], ["-1"]),
    (["reproduce", "none"], "--seed", ["0"], ["-1"]),
  ]

  @Test("what a limit allows is taken, the next value is refused with the option's name", arguments: verbs.indices)
  func limits(index: Int) throws {
    let (verb, option, fine, refused) = Self.verbs[index]
    for value in fine {
      let result = try Tool.run(verb + ["\(option)=\(value)"])
      #expect(result.code == 2, "\(verb[0]) \(option) \(value): \(result.complaint)")
    }
    for value in refused {
      let result = try Tool.run(verb + ["\(option)=\(value)"])
      #expect(
        result.code == 64 && result.complaint.contains(option), "\(verb[0]) \(option) \(value): \(result.complaint)")
    }
  }

  private static let combinations: [(call: [String], code: Int32)] = [
    (["compare", "none", "none"], 64), (["fit", "none.jsonl", "--embeddings", "a.npy", "--embed", "hash"], 64),
    (["fit", "none.jsonl", "--embeddings", "a.npy"], 2), (["fit", "none.jsonl", "--embed", "hash"], 2),
    (["imitate", "none", "--method", "bc"], 64),
    (["imitate", "none", "--method", "bc", "--expert", "--demonstrations", "a"], 64),
    (["imitate", "none", "--method", "bc", "--demonstrations", "a"], 2), (["audit"], 64),
    (["audit", "--samples", "none.jsonl"], 2),
    // What would not fit into memory, or overflow.
    (["irl", "two-state", "--demonstrations", "9223372036854775807", "--length", "2"], 2),
    (["irl", "two-state", "--demonstrations", "2", "--length", "9223372036854775807"], 2),
    (["irl", "two-state", "--demonstrations", "2", "--horizon", "9223372036854775807"], 2),
    (["irl", "grid", "--demonstrations", "2", "--length", "2", "--rationality", "1e308"], 2),
    (["irl", "two-state", "--demonstrations", "2", "--length", "2", "--hidden", "9223372036854775807"], 2),
    (["irl", "two-state", "--demonstrations", "2", "--length", "2", "--hidden", "4097"], 2),
  ]

  @Test("what goes together and what does not", arguments: combinations.indices)
  func together(index: Int) throws {
    let (call, code) = Self.combinations[index]
    let result = try Tool.run(call)
    #expect(result.code == code, "\(result.complaint)")
  }
}
