import Audits
import Compute
import Environments
import Testing

@Suite("Off-policy evaluation: logs in files")
struct OffPolicyFileTests {
  private static func file(_ text: String, horizon: Int? = nil) throws -> OffPolicyFile {
    try OffPolicyFile(Array(text.utf8), place: "log.csv", horizon: horizon)
  }

  private static let log = """
    episode,step,state,action,probability,reward,pi
    a,0,home,stay,0.5,0,0.2
    a,1,home,go,0.5,1,0.8
    b,0,home,go,0.5,1,0.8

    """

  @Test("a log of episodes gives what the same numbers give, by its column and by a policy's file")
  func steps() throws {
    let file = try Self.file(Self.log)
    #expect(file.form == .steps && file.lengths == [2, 1] && file.actionNames == ["go", "stay"])
    let direct = try LoggedEpisodes(
      lengths: [2, 1], rewards: [0, 1, 1], behavior: [0.5, 0.5, 0.5], target: [0.2, 0.8, 0.8], discount: 0.9)
    #expect(try file.logged(discount: 0.9) == direct)
    let policy = try TargetTable(
      Array("state,action,probability\nhome,stay,0.2\nhome,go,0.8\nelsewhere,go,1\n".utf8), place: "p.csv", for: file)
    #expect(try file.counted(policy, countsBehavior: false, discount: 0.9).episodes == direct)
    // Counted: one of three stayed.
    let counted = try file.counted(policy, countsBehavior: true, discount: 0.9)
    let shares: [Double] = [1.0 / 3, 2.0 / 3, 2.0 / 3]
    #expect(counted.episodes.behavior == shares)
    // An action that only the policy takes was never tried.
    let further = try TargetTable(
      Array("state,action,probability\nhome,stay,0.25\nhome,jump,0.75\n".utf8), place: "p.csv", for: file)
    #expect(further.actionNames == ["go", "jump", "stay"])
    #expect(try file.counted(further, countsBehavior: false, discount: 1).unsupportedShare == 0.75)
    let uniform = try file.counted(.uniform(file), countsBehavior: false, discount: 1)
    #expect(uniform.episodes.target == [0.5, 0.5, 0.5])
  }

  @Test("the Open Bandit form: each row an episode, positions are states, items actions")
  func openBandit() throws {
    let file = try Self.file(
      ",timestamp,item_id,position,click,propensity_score\n0,x,2,2,0,0.25\n1,y,10,1,1,0.5\n2,z,2,3,0,0.125\n")
    #expect(file.form == .openBandit && file.lengths == [1, 1, 1] && file.stateNames == ["1", "2", "3"])
    #expect(file.actionNames == ["2", "10"] && file.rewards == [0, 1, 0])
    let log = try file.counted(.uniform(file), countsBehavior: false, discount: 1).episodes
    let (plain, weighted) = (
      OffPolicyEstimate.value(.importance, log), OffPolicyEstimate.value(.weightedImportance, log)
    )
    #expect(abs(plain - 1.0 / 3) < 1e-12)
    #expect(abs(weighted - 1.0 / 7) < 1e-12)
  }

  @Test(
    "episodes of demonstrations: observations are states, who acted is counted, and what cannot be counted is refused")
  func episodes() throws {
    func episode(_ observations: [Float], _ actions: [Float], truncated: Bool = false) -> Trajectory {
      Trajectory(
        observationSize: 1, actionRowSize: 1, observations: observations, actions: actions,
        rewards: actions.map { $0 }, terminated: !truncated, truncated: truncated, start: nil)
    }
    let demonstrations = [episode([0, 1, 0], [1, 0]), episode([0, 1, 1], [1, 1]), episode([0, 0], [0])]
    let file = try OffPolicyFile(demonstrations, place: "d.npz")
    #expect(file.lengths == [2, 2, 1] && file.stateNames == ["0", "1"] && file.actionNames == ["0", "1"])
    let log = try file.counted(.uniform(file), countsBehavior: true, discount: 1).episodes
    let counts: [Double] = [2.0 / 3.0, 0.5, 2.0 / 3.0, 0.5, 1.0 / 3.0]
    #expect(log.behavior == counts)
    #expect(throws: InputError.self) { try file.counted(.uniform(file), countsBehavior: false, discount: 1) }
    let cut = [episode([0, 1, 0], [1, 0]), episode([0, 0], [0], truncated: true)]
    #expect(throws: InputError.self) { try OffPolicyFile(cut, place: "d.npz") }
    #expect(try OffPolicyFile(cut, place: "d.npz", horizon: 1).lengths == [1, 1])
    let continuous = [episode([0.1, 0.2, 0.3], [1, 0]), episode([0.4, 0.5], [0.5])]
    let error = #expect(throws: InputError.self) { try OffPolicyFile(continuous, place: "d.npz") }
    #expect(error?.problem.contains("is 0.5") == true)
    #expect(throws: InputError.self) { try OffPolicyFile([continuous[0]], place: "d.npz") }
  }

  @Test("a log may be cut, a model given, and one step needs no episodes")
  func parts() throws {
    let cut = try Self.file(Self.log, horizon: 1)
    #expect(cut.lengths == [1, 1] && cut.rewards == [0, 1])
    let bandit = try Self.file("action,reward,probability,pi,q,v\n1,0.5,0.5,1,0.4,0.3\n0,0,0.5,0,0.1,0.3\n")
    #expect(bandit.lengths == [1, 1] && bandit.model?.values == [0.3, 0.3] && bandit.states == nil)
    #expect(try bandit.counted(.uniform(bandit), countsBehavior: false, discount: 1).states == [0, 0])
  }

  @Test(
    "what cannot be used is said with its line",
    arguments: [
      ("log.csv:3: probability is 0", "episode,step,action,reward,probability\n1,0,a,1,0.5\n1,1,a,1,0\n"),
      ("log.csv:2: probability is 1.5", "episode,step,action,reward,probability\n1,0,a,1,1.5\n"),
      ("log.csv:2: reward is 'nan'", "episode,step,action,reward,probability\n1,0,a,nan,0.5\n"),
      ("log.csv:3: step 0 after step 1 of episode 1", "episode,step,action,reward,probability\n1,1,a,1,1\n1,0,a,1,1\n"),
      ("log.csv:3: step 2 after step 0", "episode,step,action,reward,probability\n1,0,a,1,1\n1,2,a,1,1\n"),
      ("log.csv:2: episode 1 begins with step 4", "episode,step,action,reward,probability\n1,4,a,1,1\n"),
      ("log.csv:4: episode 1 goes on", "episode,step,action,reward,probability\n1,0,a,1,1\n2,0,a,1,1\n1,1,a,1,1\n"),
      ("log.csv:1: unknown column 'reward'", "episode,step,action,rewards,probability\n1,0,a,1,0.5\n"),
      ("log.csv:1: unknown column 'episode'", "step,action,reward,probability\n0,a,1,0.5\n"),
      ("log.csv:1: a model has a column q and no v", "action,reward,probability,q\na,1,0.5,1\n"),
      (
        "log.csv:2: episode 1 was cut off after 1 steps",
        "episode,step,action,reward,probability,truncated\n1,0,a,1,1,1\n2,0,a,1,1,0\n2,1,a,1,1,0\n"
      ),
      ("log.csv:2: propensity_score is 0", "item_id,position,click,propensity_score\n1,1,0,0\n"),
      ("log.csv: there are no rows", "action,reward,probability\n"),
    ])
  func badInput(_ start: String, _ text: String) {
    let error = #expect(throws: InputError.self) { try Self.file(text) }
    #expect(error?.description.hasPrefix(start) == true, "\(error?.description ?? "")")
  }

  @Test("a policy that does not sum to one, a state it leaves out, and columns that are missing")
  func badPolicy() throws {
    let file = try Self.file(Self.log)
    for (start, text) in [
      ("p.csv: the probabilities in state home sum to 0.5", "state,action,probability\nhome,go,0.5\n"),
      ("p.csv: the probabilities in state home sum to 0.0", "state,action,probability\naway,go,1\n"),
      ("p.csv:3: action go is given twice in state home", "state,action,probability\nhome,go,0.5\nhome,go,0.5\n"),
      ("p.csv:1: unknown column 'state'", "action,probability\ngo,1\n"),
    ] {
      let error = #expect(throws: InputError.self) { try TargetTable(Array(text.utf8), place: "p.csv", for: file) }
      #expect(error?.description.hasPrefix(start) == true, "\(error?.description ?? "")")
    }
    let bare = try Self.file("episode,step,action,reward\n1,0,a,1\n1,1,a,1\n")
    #expect(throws: InputError.self) { try bare.logged(discount: 1) }
    #expect(throws: InputError.self) { try bare.counted(.uniform(bare), countsBehavior: false, discount: 1) }
  }
}
