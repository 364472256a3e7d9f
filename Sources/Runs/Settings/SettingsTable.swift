import Environments

/// The table of all settings, in the order in which they are listed.
extension SettingDescription {
  public static let all: [SettingDescription] = run + ppo + reward + feedback + demonstrations + person + evaluation

  /// The setting of this name.
  public static func named(_ name: String) -> SettingDescription? { byName[name] }

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

  private static let imitation = "imitation 1.0, PreferenceComparisons"
  private static let trainer = "imitation 1.0, BasicRewardTrainer"
  private static let network = "imitation 1.0, BasicRewardNet"
  private static let baselines = "Stable-Baselines3 2.2, PPO"
  private static let christiano = "Christiano et al. 2017"
  private static let pref = "B-Pref, Lee et al. 2021"
  private static let ibarz = "Ibarz et al. 2018"
  private static let ours = "Pactolus"

  private static let run: [SettingDescription] = [
    .text("run.environment", \.run.environment, "Where the agent acts; `pactolus environments` lists them.", ours),
    .choice(
      "run.preset", \.run.preset, among: SettingsPreset.choices,
      "Settings known to work: `auto` takes the environment's own, `none` the plain defaults.", ours),
    .integer(
      "run.seed", \.run.seed, 0...Int.max, "All randomness of the run follows from it.", ours),
    .integer(
      "run.steps", \.run.steps, 1...1_000_000_000,
      "Environment steps for the agent. Every iteration's share is rounded up to whole rollouts, and the first "
        + "iteration trains as well.", imitation + " (total_timesteps)"),
    .integer(
      "run.iterations", \.run.iterations, 1...100_000,
      "Rounds of asking, fitting the reward and training the agent, after the first one.",
      imitation + " (num_iterations; 60 in tutorial 5)"),
    .integer(
      "run.checkpointEvery", \.run.checkpointEvery, 1...100_000,
      "Iterations between checkpoints. Answers are on disk at once in any case.", ours),
    .choice(
      "run.agentReward", \.run.agentReward,
      "What the agent is paid: the `learned` reward, or the `true` one of the environment, to compare with.", ours),
  ]

  private static let ppo: [SettingDescription] = [
    .integer("ppo.environments", \.ppo.environments, 1...4096, "Episodes side by side.", baselines + " (n_envs)"),
    .integer(
      "ppo.stepsPerRollout", \.ppo.stepsPerRollout, 1...1_000_000,
      "Steps that each environment takes between two updates.", baselines + " (n_steps)"),
    .integer(
      "ppo.minibatchSize", \.ppo.minibatchSize, 1...10_000_000, "Rows per gradient step.", baselines + " (batch_size)"),
    .integer("ppo.epochs", \.ppo.epochs, 1...1000, "Passes over each rollout.", baselines + " (n_epochs)"),
    .number("ppo.learningRate", \.ppo.learningRate, 0...10, "Adam's step size.", baselines),
    .choice(
      "ppo.learningRateSchedule", \.ppo.learningRateSchedule,
      "Whether the step size stays or falls linearly to zero over the run.", baselines),
    .number("ppo.discount", \.ppo.discount, 0...1, "γ: what a reward one step later is worth.", baselines + " (gamma)"),
    .number(
      "ppo.traceDecay", \.ppo.traceDecay, 0...1, "λ of generalised advantage estimation.", baselines + " (gae_lambda)"),
    .number(
      "ppo.clipRange", \.ppo.clipRange, 0...100, "How far the probability ratio may move from 1.",
      baselines + " (clip_range)"),
    .number(
      "ppo.valueClipRange", \.ppo.valueClipRange, 0...1_000_000, "How far a value may move from its old estimate.",
      baselines + " (clip_range_vf)"),
    .number(
      "ppo.entropyCoefficient", \.ppo.entropyCoefficient, 0...100, "Weight of the entropy bonus.",
      baselines + " (ent_coef)"),
    .number(
      "ppo.valueCoefficient", \.ppo.valueCoefficient, 0...100, "Weight of the value loss.", baselines + " (vf_coef)"),
    .number(
      "ppo.maximumGradientNorm", \.ppo.maximumGradientNorm, 1e-9...1e9, "Bound on the whole gradient's norm.",
      baselines + " (max_grad_norm)"),
    .boolean(
      "ppo.normalizeAdvantages", \.ppo.normalizeAdvantages, "Bring each minibatch's advantages to mean 0, deviation 1.",
      baselines),
    .boolean(
      "ppo.normalizeObservations", \.ppo.normalizeObservations,
      "Normalise observations by running statistics, clipped at ±10.", "Stable-Baselines3, VecNormalize"),
    .boolean(
      "ppo.normalizeRewards", \.ppo.normalizeRewards,
      "Divide rewards by the running deviation of the discounted return, clipped at ±10.",
      "Stable-Baselines3, VecNormalize"),
    .boolean(
      "ppo.normalizeFeatures", \.ppo.normalizeFeatures,
      "Normalise the networks' inputs by statistics gathered over the minibatches.",
      "imitation 1.0, NormalizeFeaturesExtractor"),
    .integers(
      "ppo.hidden", \.ppo.hidden, 1...65_536, "Widths of the hidden layers of policy and value network.",
      baselines + " (net_arch)"),
    .choice("ppo.activation", \.ppo.activation, "Between the layers.", baselines),
    .number(
      "ppo.initialLogStandardDeviation", \.ppo.initialLogStandardDeviation, -20...20,
      "Where a continuous policy's spread starts.", baselines + " (log_std_init)"),
    .number(
      "ppo.targetKL", \.ppo.targetKL, 0...1_000_000, "Stop an update once the policy has moved 1.5 times this far.",
      baselines + " (target_kl)"),
    .number("ppo.adamEpsilon", \.ppo.adamEpsilon, 1e-12...1, "Adam's ε.", baselines),
  ]

  private static let reward: [SettingDescription] = [
    .integers("reward.hidden", \.reward.hidden, 1...65_536, "Widths of the reward network's hidden layers.", network),
    .choice("reward.activation", \.reward.activation, "Between the reward network's layers.", network),
    .integer(
      "reward.members", \.reward.members, 1...1000, "Networks in the reward ensemble; they are averaged.", christiano),
    .boolean("reward.useObservation", \.reward.useObservation, "The reward may depend on the observation.", network),
    .boolean("reward.useAction", \.reward.useAction, "The reward may depend on the action.", network),
    .boolean(
      "reward.useNextObservation", \.reward.useNextObservation, "The reward may depend on the next observation.",
      network),
    .boolean(
      "reward.useTermination", \.reward.useTermination, "The reward may depend on whether the episode ended for good.",
      network + " (use_done)"),
    .boolean(
      "reward.normalizeInputs", \.reward.normalizeInputs,
      "Normalise the reward network's inputs by running statistics.",
      network + " with RunningNorm"),
    .number(
      "reward.outputStandardDeviation", \.reward.outputStandardDeviation, 1e-9...1e9,
      "Scale every member's output to this deviation over the judged transitions.", christiano),
    .boolean(
      "reward.normalizeForAgent", \.reward.normalizeForAgent,
      "Give the agent rewards normalised by running statistics.", "imitation 1.0, NormalizedRewardNet"),
    .integer("reward.epochs", \.reward.epochs, 0...100_000, "Passes over all answers in each round.", trainer),
    .number(
      "reward.initialEpochMultiplier", \.reward.initialEpochMultiplier, 0...100_000,
      "How many times more passes the first round makes.", imitation),
    .integer("reward.batch", \.reward.batch, 1...1_000_000, "Comparisons in one gradient step.", trainer),
    .number("reward.learningRate", \.reward.learningRate, 1e-12...10, "AdamW's step size for the reward.", trainer),
    .number(
      "reward.weightDecay", \.reward.weightDecay, 0...100, "AdamW's weight decay.", trainer + " (PyTorch's default)"),
    .number(
      "reward.lapse", \.reward.lapse, 0...0.999,
      "Assumed share of answers given without looking; \(christiano) use 0.1.", imitation + " (noise_prob)"),
    .number(
      "reward.temperature", \.reward.temperature, 1e-9...1e9,
      "Assumed temperature of the person's choices.", imitation),
    .number(
      "reward.discount", \.reward.discount, 0...1, "Assumed discount of later steps within a segment.", imitation),
    .number(
      "reward.threshold", \.reward.threshold, 1e-9...1e9, "The largest difference of returns that is told apart.",
      imitation),
    .number(
      "reward.heldOutShare", \.reward.heldOutShare, 0...0.9,
      "Share of answers never trained on; \(christiano) hold out 1/e.", imitation),
    .boolean(
      "reward.bootstrap", \.reward.bootstrap, "Each member of an ensemble sees its own resample of the answers.",
      christiano),
    .boolean(
      "reward.adaptiveRegularization", \.reward.adaptiveRegularization,
      "Adapt the weight decay so that held-out loss stays within 1.1 to 1.5 of the training loss.", christiano),
  ]

  private static let feedback: [SettingDescription] = [
    .integer("feedback.comparisons", \.feedback.comparisons, 1...10_000_000, "Questions in all.", imitation),
    .text(
      "feedback.kinds", \.feedback.kinds,
      "What is asked, in turns: `comparison`, or several kinds separated by commas; `pactolus kinds` lists them.", ours),
    .integer(
      "feedback.options", \.feedback.options, 2...64,
      "Clips in a question of a kind that leaves their number open (best of k, ranking).", ours),
    .number(
      "feedback.initialShare", \.feedback.initialShare, 0...1, "Share of the questions asked in the first round.",
      imitation + " (initial_comparison_frac)"),
    .integer(
      "feedback.fragmentLength", \.feedback.fragmentLength, 1...100_000, "Steps in each segment shown.", imitation),
    .choice(
      "feedback.schedule", \.feedback.schedule, "How the questions are spread over the rounds.",
      imitation + " (query_schedule)"),
    .number(
      "feedback.oversampling", \.feedback.oversampling, 1...1000,
      "How many times more steps are gathered than the questions need.", imitation + " (transition_oversampling)"),
    .number(
      "feedback.explorationShare", \.feedback.explorationShare, 0...1,
      "Share of the steps to ask about that are gathered with half the actions random.",
      imitation + " (exploration_frac; 0.05 in tutorial 5)"),
    .choice(
      "feedback.selection", \.feedback.selection,
      "Which pairs are asked about: random ones, or those that the ensemble has most to learn from, by this rule.",
      christiano + "; " + pref + "; APReL"),
    .choice(
      "feedback.batch", \.feedback.batch,
      "How a round's questions are kept from being the same one several times over.", "APReL; " + pref),
    .number(
      "feedback.evaluationShare", \.feedback.evaluationShare, 0...0.9,
      "Share of the questions that are random and never learned from: a fair sample to measure by, however the others "
        + "are chosen.", ours),
    .number(
      "feedback.hypotheticalShare", \.feedback.hypotheticalShare, 0...1,
      "Share of the steps to ask about, besides the agent's, that are made up by trying actions in the environment.",
      "ReQueST, Reddy et al. 2019"),
    .choice(
      "feedback.hypotheticalAim", \.feedback.hypotheticalAim,
      "What such behaviour is for: what the reward is unsure of, predicts to be best or worst, or has not seen; `all` by "
        + "turns.", "ReQueST, Reddy et al. 2019"),
    .number(
      "feedback.candidates", \.feedback.candidates, 1...1000,
      "Candidate pairs per question when not asking at random.", christiano),
    .integer(
      "feedback.memory", \.feedback.memory, 1...100_000_000, "Only so many of the latest answers are learned from.",
      imitation + " (comparison_queue_size)"),
  ]

  private static let demonstrations: [SettingDescription] = [
    .text(
      "demonstrations.file", \.demonstrations.file,
      "Demonstrations to begin with: an .npz as `imitation` or `pactolus export` writes it, or `none`.", ibarz),
    .boolean(
      "demonstrations.pretraining", \.demonstrations.pretraining,
      "Begin with an agent cloned from the demonstrations.", ibarz),
    .integer(
      "demonstrations.comparisons", \.demonstrations.comparisons, 0...1_000_000,
      "In each round, how many demonstrated segments count as better than ones of the agent's, without asking.", ibarz),
  ]

  private static let person: [SettingDescription] = [
    .choice(
      "person.answering", \.person.answering,
      "Who answers: the simulated person described below, or people at the workbench (live).", ours),
    .choice(
      "person.kind", \.person.kind,
      "Who answers: rational, boltzmann (chooses by a softmax of true returns), or one of B-Pref's teachers.",
      imitation + ", SyntheticGatherer; " + pref),
    .text(
      "person.judgesBy", \.person.judgesBy,
      "What the person judges by: `true`, the environment's own reward, or another reward of the environment, such as "
        + "`score` in pactolus/BoatRace-v0; in finite worlds also `regret`, how little worse each step is than the best. "
        + "Evaluation measures by the true one in any case.", ours),
    .number(
      "person.temperature", \.person.temperature, 0...1e9, "Temperature of a boltzmann person; 0 never errs.", imitation
    ),
    .number(
      "person.discount", \.person.discount, 0...1, "How a rational or boltzmann person discounts later steps.",
      imitation),
    .number("person.rationality", \.person.rationality, 0...1e9, "β of a `stochastic` teacher.", pref),
    .number("person.mistakes", \.person.mistakes, 0...1, "Share of wrong answers of a `mistake` teacher.", pref),
    .number(
      "person.skipShare", \.person.skipShare, 0...1000,
      "A `skip` teacher skips pairs that are both worth less than this share of an average segment.", pref),
    .number(
      "person.equalShare", \.person.equalShare, 0...1000,
      "An `equal` teacher ties pairs that differ by less than this share of an average segment.", pref),
    .number(
      "person.myopia", \.person.myopia, 0...1, "γ of a `myopic` teacher, counted back from the segment's end.", pref),
    .number("person.lazy", \.person.flaws.lazy, 0...1, "Probability of an answer without looking.", ours),
    .choice("person.lazyKey", \.person.flaws.lazyKey, "What is pressed without looking.", ours),
    .number(
      "person.drift", \.person.flaws.drift, 0...1000,
      "Attention lost per thousand answers: after n, an answer is given without looking with probability "
        + "1 − exp(−drift · n / 1000).", ours),
    .number("person.skips", \.person.flaws.skips, 0...1, "Probability of refusing a question after a look.", ours),
    .number(
      "person.tieBand", \.person.flaws.tieBand, 0...1e9, "Clips whose true returns differ by no more are called equal.",
      ours),
    .number(
      "person.sideBias", \.person.flaws.sideBias, -1e9...1e9,
      "What speaks for the clip shown first: nats for a boltzmann person, true return for a rational one.", ours),
    .number(
      "person.lengthBias", \.person.flaws.lengthBias, -1e9...1e9,
      "What speaks for a clip per step in it, in the same units.", ours),
    .number("person.slips", \.person.flaws.slips, 0...1, "Probability of pressing the wrong key.", ours),
    .number(
      "person.adversarial", \.person.flaws.adversarial, 0...1, "Probability of saying the opposite on purpose.", ours),
    .integer("person.count", \.person.count, 1...1000, "How many people answer, in turns.", ours),
    .integer(
      "person.flawed", \.person.flawed, 0...1000, "How many of them, the last ones, have the flaws above; none: all.",
      ours),
    .number("person.overlap", \.person.overlap, 0...1, "Share of comparisons that everybody answers.", ours),
    .number(
      "person.requiredAccuracy", \.person.requiredAccuracy, 0...1,
      "Who is surely right less often, by the comparisons that others answered too, is not asked any more.",
      "Dawid & Skene 1979"),
    .choice(
      "person.fallback", \.person.fallback,
      "Who answers when nobody is reliable: nobody, or the majority of all (one answer for each question).", ours),
  ]

  private static let evaluation: [SettingDescription] = [
    .integer(
      "evaluation.every", \.evaluation.every, 1...100_000, "Iterations between evaluations of the policy.", ours),
    .integer("evaluation.episodes", \.evaluation.episodes, 1...10_000, "Episodes in each of them.", ours),
    .integer(
      "evaluation.finalEpisodes", \.evaluation.finalEpisodes, 1...100_000, "Episodes in the last one.", ours),
    .integer(
      "evaluation.clips", \.evaluation.clips, 0...100,
      "Best- and worst-judged clips kept of the last one, each.", ours),
  ]
}
