// The yardstick: the job of the service that citytime grew from, as one would write it with gin. A map of cities, a
// zone, the local time as JSON, one counter and one histogram, gin's own logger and recovery.
package main

import (
	"net/http"
	"os"
	"strconv"
	"time"
	_ "time/tzdata" // a host or image may have no zone files

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

var (
	requests = promauto.NewCounterVec(prometheus.CounterOpts{
		Name: "http_requests_total",
		Help: "Requests answered, by route and status.",
	}, []string{"route", "status"})
	durations = promauto.NewHistogramVec(prometheus.HistogramOpts{
		Name: "http_request_duration_seconds",
		Help: "Duration of requests, by route.",
	}, []string{"route"})
)

type answer struct {
	City      string `json:"city"`
	Timezone  string `json:"timezone"`
	LocalTime string `json:"local_time"`
}

// zones loads each city's zone once; a request only looks it up.
func zones() map[string]*time.Location {
	names := map[string]string{
		"beijing":   "Asia/Shanghai",
		"berlin":    "Europe/Berlin",
		"cairo":     "Africa/Cairo",
		"covilha":   "Europe/Lisbon",
		"delhi":     "Asia/Kolkata",
		"lisbon":    "Europe/Lisbon",
		"london":    "Europe/London",
		"new-york":  "America/New_York",
		"sao-paulo": "America/Sao_Paulo",
		"sydney":    "Australia/Sydney",
		"tokyo":     "Asia/Tokyo",
	}
	loaded := make(map[string]*time.Location, len(names))
	for city, name := range names {
		zone, err := time.LoadLocation(name)
		if err != nil {
			panic(err)
		}
		loaded[city] = zone
	}
	return loaded
}

func measure(c *gin.Context) {
	begun := time.Now()
	c.Next()
	route := c.FullPath()
	requests.WithLabelValues(route, strconv.Itoa(c.Writer.Status())).Inc()
	durations.WithLabelValues(route).Observe(time.Since(begun).Seconds())
}

func main() {
	gin.SetMode(gin.ReleaseMode)
	cities := zones()
	router := gin.Default()
	router.Use(measure)
	router.GET("/metrics", gin.WrapH(promhttp.Handler()))
	router.GET("/:city", func(c *gin.Context) {
		city := c.Param("city")
		zone, known := cities[city]
		if !known {
			c.JSON(http.StatusNotFound, gin.H{"error": "unknown city"})
			return
		}
		c.JSON(http.StatusOK, answer{city, zone.String(), time.Now().In(zone).Format(time.RFC3339)})
	})
	if err := router.Run("127.0.0.1:" + os.Args[1]); err != nil {
		panic(err)
	}
}
