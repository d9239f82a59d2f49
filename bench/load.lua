-- What wrk asks for, and its figures as one line of JSON. Arguments: the session's key, and the text to post, if any.

local text

function init(arguments)
    wrk.headers["Cookie"] = "csrftoken=" .. string.rep("a", 32)
    if arguments[1] and arguments[1] ~= "" then
        wrk.headers["Cookie"] = wrk.headers["Cookie"] .. "; sessionid=" .. arguments[1]
    end
    text = arguments[2]
    if text then
        wrk.method = "POST"
        wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
        wrk.headers["X-CSRFToken"] = string.rep("a", 32)
        math.randomseed(os.time())
    end
end

function request()
    if not text then
        return wrk.format()
    end
    -- Each form has a key of its own, as mewgram draws it.
    local key = string.gsub("xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx", "x", function()
        return string.format("%x", math.random(0, 15))
    end)
    return wrk.format(nil, nil, nil, "key=" .. key .. "&text=" .. string.gsub(text, " ", "+"))
end

function done(summary, latency)
    local errors = summary.errors
    print(string.format(
        '{"requests": %d, "seconds": %.3f, "median_ms": %.2f, "p99_ms": %.2f, "errors": %d}',
        summary.requests,
        summary.duration / 1e6,
        latency:percentile(50) / 1000,
        latency:percentile(99) / 1000,
        errors.connect + errors.read + errors.write + errors.status + errors.timeout
    ))
end
